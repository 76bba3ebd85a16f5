import { describe, expect, it } from 'vitest';
import { NO_ATTRIBUTES } from '../storage/manifest/attributes.ts';
import { type Letter, compareEntries, entryOf } from '../storage/manifest/entry.ts';
import { DirectoryView } from './browse.ts';

const paths = ['/a', '/a/b', '/a/b/deep/f', '/a/b/g', '/a/b.txt', '/a!', '/c/d/e'];
const entries = paths
  .map((path) => {
    const letter: Letter = /[fg]$|txt$|[!e]$/.test(path) ? 'f' : 'd';
    return entryOf(letter, path, { ...NO_ATTRIBUTES, mode: letter === 'd' ? 0o040700 : 0o100600 });
  })
  .sort(compareEntries);

function shown(directory: string): string[] {
  const view = new DirectoryView(directory);
  const names = entries.flatMap((entry) => {
    const one = view.show(entry);
    return one ? [`${one.letter}${one.path} ${one.attributes.mode.toString(8)}`] : [];
  });
  return view.isFound ? names : ['not found'];
}

describe('a directory of a backup', () => {
  it.each<[directory: string, names: string[]]>([
    ['', ['d/ 40700']],
    ['/', ['da 40700', 'fa! 100600', 'dc 40600']],
    ['/a', ['d. 40700', 'db 40700', 'fb.txt 100600']],
    ['/a/', ['d. 40700', 'db 40700', 'fb.txt 100600']],
    ['/a/b', ['d. 40700', 'ddeep 40600', 'fg 100600']],
    ['/a/b/deep', ['ff 100600']],
    ['/c', ['dd 40600']],
    ['/a/b.tx', ['not found']],
    ['/b', ['not found']],
    ['/a/b/g', ['f. 100600']],
  ])('%j shows what is directly in it, once, also where a backup has no entry for it', (directory, names) => {
    expect(shown(directory)).toEqual(names);
  });
});
