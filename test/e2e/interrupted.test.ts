import { randomFillSync } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compiled } from './compiled.ts';
import { type Client, Lab, title, whyNoClient } from './lab.ts';
import { differences, treeOf } from './tree.ts';

const reason = whyNoClient();

const COMPRESSION = ['compression = zlib1'];
/** Megabits per second: slow enough that a backup can be caught in the middle. */
const RATE = 'ratelimit = 24';

async function fill(directory: string): Promise<void> {
  for (let at = 0; at < 24; at++)
    await writeFile(join(directory, `file ${at}`), randomFillSync(Buffer.alloc(2 ** 18)));
  for (let at = 0; at < 50; at++) await writeFile(join(directory, `small ${at}`), `${at}`);
}

describe.skipIf(reason)(title('a backup that is cut short', reason), () => {
  let lab: Lab;
  let client: Client;
  let other: Client;
  beforeAll(async () => {
    lab = await Lab.open(compiled(), COMPRESSION);
    client = await lab.client('laptop', { own: [RATE] });
    await fill(client.files);
    other = await lab.client('desktop');
    await mkdir(join(other.files, 'sub'));
    await writeFile(join(other.files, 'sub/file'), 'of the other one');
  });
  afterAll(() => lab.close());
  beforeEach(async () => {
    await lab.stop();
    await rm(lab.store, { recursive: true, force: true });
    await lab.start();
  });

  /** Waits until some files were received, and not all. */
  const isHalfReceived = () =>
    lab.until(async () => {
      const received = await readdir(join(lab.store, 'laptop/working'), { recursive: true }).catch(() => []);
      return received.filter((name) => /file \d+$/.test(name)).length > 2;
    });

  /** The next backup goes on with it, and all of it is there. */
  const expectResumed = async (): Promise<void> => {
    const wanted = await treeOf(client.files);
    expect(await client.backup()).toContain('server wants to resume previous backup');
    expect(await client.list()).toEqual([1]);
    expect(differences(wanted, await treeOf(await client.restore(1)))).toEqual([]);
    expect(await lab.namesIn('laptop')).toEqual([expect.stringMatching(/^0000001 /), 'current']);
  };

  it('by the death of the client is gone on with', async () => {
    const running = client.begin('b');
    await isHalfReceived();
    running.kill('SIGKILL');
    await running;
    await lab.until(async () => (await lab.log()).some(({ result }) => result === 'failed'));
    await expectResumed();
  });

  it('by the death of the server is gone on with', async () => {
    const running = client.begin('b');
    await isHalfReceived();
    await lab.stop('SIGKILL');
    expect((await running).exitCode).not.toBe(0);
    await lab.start();
    await expectResumed();
  });

  it('by the end of the server is gone on with, and the server ends in good order', async () => {
    const running = client.begin('b');
    await isHalfReceived();
    expect(await lab.stop()).toMatchObject({ exitCode: 0, output: expect.stringMatching(/stopped$/) });
    // 1, or none if the broken pipe ends it.
    expect((await running).exitCode).not.toBe(0);
    expect(await readdir(lab.place)).not.toContain('server.pid');
    await lab.start();
    await expectResumed();
  });

  it('is begun anew if so configured', async () => {
    await lab.stop();
    await lab.configure([...COMPRESSION, 'working_dir_recovery_method = delete']);
    await lab.start();
    const running = client.begin('b');
    await isHalfReceived();
    await lab.stop('SIGKILL');
    await running;
    // The start alone cleans up.
    await lab.start();
    await lab.until(async () => (await lab.namesIn('laptop')).length === 0);
    expect(await client.backup()).not.toContain('resume');
    expect(await client.list()).toEqual([1]);
    await lab.configure(COMPRESSION);
  });

  it('of one client costs another nothing, and a second of the same client is turned away', async () => {
    const running = client.begin('b');
    await isHalfReceived();
    // Or else it might be done before the others come.
    running.kill('SIGSTOP');
    const [others, second] = await Promise.all([
      other.backup(),
      client.begin('b', '-o', `pidfile=${lab.place}/2.pid`),
    ]);
    expect(others).toContain('backup finished ok');
    expect(second).toMatchObject({
      exitCode: 1,
      all: expect.stringContaining('another instance is already running'),
    });
    running.kill('SIGCONT');
    expect((await running).exitCode).toBe(0);
    for (const one of [client, other])
      expect(differences(await treeOf(one.files), await treeOf(await one.restore(1)))).toEqual([]);
  });
});

describe.skipIf(reason)(title('retention', reason), () => {
  it('leaves what keep says, and each of them restores', async () => {
    const lab = await Lab.open(compiled(), ['keep := 3', 'hardlinked_archive = 0']);
    const client = await lab.client('laptop');
    await lab.start();
    try {
      const trees = [];
      for (let number = 1; number <= 5; number++) {
        await writeFile(join(client.files, 'changing'), `line ${number}\n`.repeat(10_000 + number));
        trees.push(await treeOf(client.files));
        await client.backup();
      }
      await lab.until(async () => (await client.list()).length === 3);
      expect(await client.list()).toEqual([3, 4, 5]);
      for (const number of [3, 4, 5])
        expect(differences(trees[number - 1]!, await treeOf(await client.restore(number)))).toEqual([]);
    } finally {
      await lab.close();
    }
  });
});
