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
