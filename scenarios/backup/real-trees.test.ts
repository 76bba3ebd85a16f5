import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULTS, Explorer, findModel } from '../../harness/index.ts';
import { backups } from './catalogue.ts';
import { readTrees } from './real-trees.ts';

const posix = findModel('posix')!;
let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'trees-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** A directory with a file, a link to it and a subdirectory; the file's time is always the same. */
function state(name: string, content: string): string {
  const path = join(root, name);
  mkdirSync(join(path, 'sub'), { recursive: true });
  writeFileSync(join(path, 'file'), content);
  utimesSync(join(path, 'file'), 1_700_000_000, 1_700_000_000);
  symlinkSync('file', join(path, 'link'));
  return path;
}

describe('directories of the user', () => {
  it("are the successive states of the client, and converge like the scenario's own", async () => {
    const trees = [state('a', 'first'), state('b', 'second'), state('c', 'third')];
    const scenario = await backups.find((entry) => entry.takesTrees)!.make({ trees });
    const { failures, closed } = await new Explorer(scenario, posix, DEFAULTS).explore();
    expect(failures.map((node) => node.verdict)).toEqual([]);
    expect(closed).toBe(true);
  });

  it('may hold names that can not be shown as they are', async () => {
    const names = ['new\nline', 'back\\slash', 'tab\there', 'ünïcode', '\u202eright to left', '-', ' '];
    const trees = ['a', 'b'].map((state) => {
      mkdirSync(join(root, state));
      for (const name of names) writeFileSync(join(root, state, name), `${name} of ${state}`);
      symlinkSync('new\nline', join(root, state, 'link\n'));
      return join(root, state);
    });
    const scenario = await backups.find((entry) => entry.takesTrees)!.make({ trees });
    const once = { ...DEFAULTS, depth: 1, at: { from: 0, to: 3 } };
    const { failures, nodes } = await new Explorer(scenario, posix, once).explore();
    expect(failures.map((node) => node.verdict)).toEqual([]);
    expect(nodes.length).toBeGreaterThan(0);
  });

  it('are refused in one line where a name or a link is no UTF-8', async () => {
    const [good, name, link] = ['good', 'name', 'link'].map((each) => join(root, each));
    for (const each of [good!, name!, link!]) mkdirSync(each);
    writeFileSync(Buffer.from(`${name!}/bad\xff`, 'latin1'), '');
    symlinkSync(Buffer.from('to \xfe', 'latin1'), join(link!, 'l'));
    await expect(readTrees([good!, name!])).rejects.toThrow(
      'a name in / is not UTF-8, bad\\xff: the simulated disk',
    );
    await expect(readTrees([good!, link!])).rejects.toThrow('the target of /l is not UTF-8, to \\xfe: ');
  });

  it('have a later time where they changed within the second', async () => {
    const [before, after] = await readTrees([state('a', 'first'), state('b', 'second')]);
    expect(after!['/file']!.options.mtime).toBe(before!['/file']!.options.mtime! + 1);
    expect(after!['/link']).toEqual({ ...before!['/link'], options: after!['/link']!.options });
  });

  it('are refused in one line where they are too few, missing, or no directories', async () => {
    await expect(readTrees([root])).rejects.toThrow('give it at least twice');
    await expect(readTrees([root, join(root, 'nowhere')])).rejects.toThrow('ENOENT');
    writeFileSync(join(root, 'plain'), '');
    await expect(readTrees([root, join(root, 'plain')])).rejects.toThrow('not a directory');
  });
});
