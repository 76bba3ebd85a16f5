import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compiled } from './compiled.ts';
import { type Client, Lab, title, whyNoClient } from './lab.ts';
import { type Node, changeTree, differences, makeTree, treeOf } from './tree.ts';

const reason = whyNoClient();

describe.skipIf(reason)(title('the real client, with a tree of everything,', reason), () => {
  let lab: Lab;
  let client: Client;
  /** What was backed up, from the first backup on. */
  const trees: Map<string, Node>[] = [];
  beforeAll(async () => {
    lab = await Lab.open(compiled());
    client = await lab.client('laptop', { own: ['exclude_comp = gz'] });
    await makeTree(client.files);
    await lab.start();
  });
  afterAll(() => lab.close());

  it('backs up changes of all kinds, and is shown each backup', async () => {
    for (const number of [1, 2, 3]) {
      if (number > 1) await changeTree(client.files, number);
      trees.push(await treeOf(client.files));
      expect(await client.backup()).not.toContain('WARNING');
      expect(await client.list()).toEqual([1, 2, 3].slice(0, number));
    }
  });

  it('gets back the first and the last byte for byte and attribute for attribute', async () => {
    for (const number of [1, 3]) {
      const restored = await client.restore(number);
      expect(differences(trees[number - 1]!, await treeOf(restored))).toEqual([]);
    }
  });

  it('would be told of a byte, a mode, a time and a name that differ', () => {
    const [tree] = trees;
    const changed = new Map(tree);
    changed.set('/empty', { ...tree!.get('/empty')!, mode: 0o100600 });
    changed.set('/noise.bin', { ...tree!.get('/noise.bin')!, sha256: 'other' });
    changed.delete('/fifo');
    changed.set('/names', { ...tree!.get('/names')!, mtime: 1 });
    expect(differences(tree!, changed)).toHaveLength(4);
  });

  it('is told that a backup verifies, as who looks at the store itself is of all', async () => {
    const { exitCode, output } = await client.run('v', '-b', '1');
    expect(output).toContain('verify finished');
    expect(exitCode).toBe(0);
    const verified = await lab.jiggle('verify', '--store', lab.store, '--client', 'laptop');
    expect(verified.exitCode).toBe(0);
    expect(verified.output.match(/, 0 damaged$/gm)).toHaveLength(3);
  });

  it('has a log and counters of each backup, and of its last restore and verify, where Burp keeps them', async () => {
    const [first] = await lab.namesIn('laptop');
    const read = (name: string) => readFile(join(lab.store, 'laptop', first!, name));
    for (const name of ['log.gz', 'restorelog.gz', 'verifylog.gz']) {
      const text = gunzipSync(await read(name)).toString();
      expect(text, name).toMatch(/ Files: .* \| +10\d\d\d$/m);
      expect(text, name).toMatch(/ Warnings: +0$/m);
    }
    for (const name of ['backup_stats', 'restore_stats', 'verify_stats'])
      expect(JSON.parse((await read(name)).toString()), name).toMatchObject({
        counters: expect.arrayContaining([expect.objectContaining({ name: 'special_files', count: 1 })]),
      });
  });

  it('lists what is in a backup, short, long, by expression and by directory', async () => {
    const { files } = client;
    const short = await client.run('l', '-b', '2', '-r', '/text');
    expect(short.output).toContain(`${files}/text.txt\n`);
    expect(short.output).not.toContain('noise.bin');
    const long = await client.run('L', '-b', '1', '-r', 'modes/4755$');
    expect(long.output).toMatch(/-rwsr-xr-x +1 +\d+ +\d+ +10 .*modes\/4755\n/);
    const browsed = await client.run('l', '-b', '1', '-d', `${files}/names`);
    expect(browsed.output).toMatch(/^with space$/m);
    expect(browsed.output).not.toContain('text.txt');
  });

  it('is told the differences of two backups', async () => {
    const { output } = await client.run('d', '-b', '1', '-b', '2');
    expect(output).toContain(`- ${client.files}/text.txt\n`);
    expect(output).toContain(`+ ${client.files}/text.txt\n`);
    expect(output).toContain(`+ ${client.files}/names/new\nfile 2\n`);
    expect(output).toContain(`- ${client.files}/many/72/7200\n`);
    expect(output).not.toContain(`${client.files}/empty\n`);
  });

  it('restores a part, by expression, into another place', async () => {
    const restored = await client.restore(2, '-r', '/names/');
    const found = await treeOf(join(restored, 'names'));
    const wanted = [...trees[1]!.keys()].filter((path) => path.startsWith('/names/'));
    expect([...found.keys()].filter(Boolean).sort()).toEqual(
      wanted.map((path) => path.slice('/names'.length)).sort(),
    );
  });

  it('deletes the oldest, but none that others need', async () => {
    const refused = await client.run('delete', '-b', '2');
    expect(refused).toMatchObject({ exitCode: 1, output: expect.stringContaining('backup not deletable') });
    expect((await client.run('delete', '-b', '1')).exitCode).toBe(0);
    await lab.until(async () => (await client.list()).length === 2);
    expect(await client.list()).toEqual([2, 3]);
  });

  it('leaves nothing but its backups behind, and no connection that failed', async () => {
    expect(await lab.namesIn('laptop')).toEqual([
      expect.stringMatching(/^0000002 /),
      expect.stringMatching(/^0000003 /),
      'current',
    ]);
    const refused = (await lab.log()).filter(({ level }) => level !== 'info');
    expect(refused).toEqual([expect.objectContaining({ action: 'Delete 2', result: 'refused' })]);
  });
});
