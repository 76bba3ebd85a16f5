import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compiled } from './compiled.ts';
import { type Client, Lab, title, whyNoClient } from './lab.ts';
import { differences, treeOf } from './tree.ts';

/** Why no small disk can be mounted here, or undefined if one can. */
function whyNoMount(): string | undefined {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') return 'only root can mount a small disk';
  // Not even root, in many a container.
  const { status } = spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']);
  return status === 0 ? undefined : 'no disk can be mounted here';
}

const reason = whyNoClient() ?? whyNoMount();

const MB = 1_000_000;
const FULL = "the backup could not be stored: the server's disk is full (ENOSPC); its log says more";
const READ_ONLY = "the server's disk is read-only (EROFS); its log says more";

describe.skipIf(reason)(title('a store whose disk', reason), () => {
  let lab: Lab;
  let client: Client;
  beforeAll(async () => {
    lab = await Lab.open(compiled());
    client = await lab.client('laptop');
    await mkdir(lab.store);
  });
  afterAll(() => lab.close());
  beforeEach(async () => {
    mount('-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', lab.store);
    await rm(client.files, { recursive: true });
    await mkdir(client.files);
    await lab.start();
  });
  afterEach(async () => {
    await lab.stop();
    spawnSync('umount', [lab.store]);
  });

  function mount(...args: string[]): void {
    const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  }

  const write = (name: string, data: Uint8Array | string) => writeFile(join(client.files, name), data);

  /** What the client is told, once, before it ends as a failed one does; and no path of the server's. */
  async function expectTold(text: string, action: string, ...args: readonly string[]): Promise<void> {
    const { exitCode, output } = await client.run(action, ...args);
    expect(exitCode, output).toBe(1);
    expect(output.split(text)).toHaveLength(2);
    expect(output).not.toContain(lab.store);
  }

  /** Of the conversation that has ended last, which the log has a moment after its client has gone. */
  async function expectLogged(expected: RegExp): Promise<void> {
    const reasons = async () => (await lab.log()).flatMap(({ reason: one }) => one ?? []);
    await expect.poll(reasons, { timeout: 30_000 }).toContainEqual(expect.stringMatching(expected));
  }

  /** All backups are there, and restore what there was. */
  async function expectAll(trees: readonly Awaited<ReturnType<typeof treeOf>>[]): Promise<void> {
    expect(await client.list()).toEqual(trees.map((_, at) => at + 1));
    for (const [at, tree] of trees.entries())
      expect(differences(tree, await treeOf(await client.restore(at + 1)))).toEqual([]);
  }

  it('is full while a backup comes in: the client says so, the last one is whole, and with room it passes', async () => {
    await write('file', 'content');
    await client.backup();
    const first = await treeOf(client.files);
    await write('large', randomBytes(6 * MB));
    await expectTold(FULL, 'b');
    await expectLogged(/^ENOSPC: /);
    expect((await client.run('v', '-b', '1')).exitCode).toBe(0);
    expect(differences(first, await treeOf(await client.restore(1)))).toEqual([]);
    mount('-o', 'remount,size=16m', lab.store);
    expect(await client.backup()).toContain('backup finished ok');
    await expectAll([first, await treeOf(client.files)]);
  });

  it('is full only when a backup is finished: it is stored as promised, and finished when there is room', async () => {
    const data = randomBytes(3 * MB);
    await write('large', data);
    await client.backup();
    const first = await treeOf(client.files);
    // All that comes is a delta. Put together, the file takes as much room as the old one.
    data.fill(0, 0, 100);
    await write('large', data);
    expect(await client.backup()).toContain('backup finished ok');
    const second = await treeOf(client.files);
    await expectLogged(/^the backup is stored, but could not be finished yet: ENOSPC: /);
    const listed = await client.run('l');
    expect(listed.output).toMatch(/Backup: 0000002 .* \(finishing\)/);
    await expectTold(FULL, 'b');
    mount('-o', 'remount,size=16m', lab.store);
    await client.backup();
    await expectAll([first, second, second]);
  });

  it('is read-only lists, verifies and restores, and refuses what changes it in one line', async () => {
    await write('file', 'content');
    await client.backup();
    await client.backup();
    const tree = await treeOf(client.files);
    // The client has gone before that.
    await lab.until(async () => !(await lab.namesIn('laptop')).includes('finishing'));
    mount('-o', 'remount,ro', lab.store);
    await expectAll([tree, tree]);
    expect((await client.run('v', '-b', '2')).exitCode).toBe(0);
    await expectTold(`the backup could not be stored: ${READ_ONLY}`, 'b');
    await expectTold(`the deletion could not be finished: ${READ_ONLY}`, 'delete', '-b', '1');
    await expectLogged(/^EROFS: /);
    mount('-o', 'remount,rw', lab.store);
    await chmod(join(client.files, 'file'), 0o600);
    await client.backup();
    await expectAll([tree, tree, await treeOf(client.files)]);
  });
});
