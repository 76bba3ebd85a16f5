import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compiled } from './compiled.ts';
import { type Client, Lab, title, whyNoClient } from './lab.ts';

const reason = whyNoClient();
const byName = (a: string, b: string): number => (a < b ? -1 : 1);

describe.skipIf(reason)(title('a restore that is ordered on the server', reason), () => {
  let lab: Lab;
  let client: Client;
  let prefix: string;
  let order: string;
  beforeAll(async () => {
    lab = await Lab.open(compiled());
    prefix = join(lab.place, 'restored');
    order = join(lab.store, 'laptop/restore');
    client = await lab.client('laptop', {
      own: [`restoreprefix = ${prefix}`],
      server: ['client_can_restore = 0'],
    });
    for (const name of ['wanted/\u00fcber', 'wanted2', 'other']) {
      await mkdir(join(client.files, name, '..'), { recursive: true });
      await writeFile(join(client.files, name), `content of ${name}`);
    }
    await lab.start();
    await client.backup();
    await writeFile(join(client.files, 'other'), 'newer');
    await client.backup();
  });
  afterAll(() => lab.close());
  beforeEach(() => rm(prefix, { recursive: true, force: true }));

  const restored = async (): Promise<string[]> =>
    existsSync(prefix) ? readdir(join(prefix, client.files)) : [];
  const warnings = async () =>
    (await lab.log()).filter(({ level }) => level === 'warn').map(({ text }) => text);

  it('is done by the client whatever it comes for, once, though it may not restore by itself', async () => {
    await writeFile(
      order,
      `backup = 1\ninclude = ${client.files}/wanted/\u00fcber\ninclude = ${client.files}/other\n`,
    );
    const { exitCode, output } = await client.run('l');
    expect(exitCode, output).toBe(0);
    expect(output).toContain('Server wants to initiate a restore');
    expect((await restored()).toSorted(byName)).toEqual(['other', 'wanted']);
    expect(await readFile(join(prefix, client.files, 'other'), 'utf8')).toBe('content of other');
    expect(await readFile(join(prefix, client.files, 'wanted/\u00fcber'), 'utf8')).toContain('content');
    expect(existsSync(order)).toBe(false);
    expect(await client.list()).toEqual([1, 2]);
    expect((await client.run('r', '-b', '1')).output).toContain('Client restore is not allowed');
  });

  it('is of a directory and what is in it, not of what begins alike', async () => {
    await writeFile(order, `include = ${client.files}/wanted\n`);
    await client.run('t');
    expect(await restored()).toEqual(['wanted']);
  });

  it('is not done for a client that refuses, and that is the end of it', async () => {
    await writeFile(order, 'backup = 1\n');
    const { output } = await client.run('l', '-o', 'server_can_restore=0');
    expect(output).toContain('Backup: 0000001');
    expect(await restored()).toEqual([]);
    expect(existsSync(order)).toBe(false);
    expect(await warnings()).toContain('the client will not do the restore that was ordered for it');
  });

  it('with a mistake is said to have one, and the client gets what it came for', async () => {
    await writeFile(order, 'backup = latest\ncolour = red\n');
    expect(await client.list()).toEqual([1, 2]);
    await lab.until(async () => (await warnings()).length >= 4);
    expect(await warnings()).toEqual(
      expect.arrayContaining([
        `${order}:1: backup can't be "latest": this restore is not begun`,
        `${order}:2: a restore can't be given colour: this restore is not begun`,
      ]),
    );
    await rm(order);
  });

  it('of another client is as free as that one has made it', async () => {
    const other = await lab.client('desktop', { own: [`restoreprefix = ${prefix}`] });
    await mkdir(join(lab.store, 'desktop'), { mode: 0o700 });
    const its = join(lab.store, 'desktop/restore');
    await writeFile(its, 'orig_client = laptop\nbackup = 1\n');
    expect((await other.run('l')).exitCode).toBe(1);
    await appendFile(join(lab.place, 'clients/laptop'), 'restore_client = desktop\n');
    await writeFile(its, 'orig_client = laptop\nbackup = 1\n');
    const { exitCode, output } = await other.run('l');
    expect(exitCode, output).toBe(0);
    expect((await restored()).toSorted(byName)).toEqual(['other', 'wanted', 'wanted2']);
  });
});
