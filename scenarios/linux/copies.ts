import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { broken, type Findings, type RealDisk, traced, type Words } from '../../harness/index.ts';
import { EVERYWHERE, type Subject } from './subject.ts';

/** A tree that is made beside its place and then moved there: `cp -r` and tar, with a sync between or without. */

const WHOLE = 'the tree is whole, once it has its name';
const FILES = { one: 'first\n', 'sub/two': 'second\n' };

function check({ dir }: RealDisk): Findings {
  if (!existsSync(join(dir, 'tree'))) return undefined;
  for (const [path, text] of Object.entries(FILES)) {
    const found = existsSync(join(dir, 'tree', path))
      ? readFileSync(join(dir, 'tree', path), 'utf8')
      : 'nothing';
    if (found !== text) return broken(WHOLE, `${path} holds ${JSON.stringify(found)}`);
  }
  return undefined;
}

function moved(
  program: string,
  settings: string,
  needs: string,
  steps: readonly string[],
  breaksUnder: readonly string[],
): Subject {
  const run: Words = ['sh', '-ec', steps.join('\n')];
  return {
    program,
    settings,
    claim: WHOLE,
    needs: [needs],
    breaksUnder,
    scenario: traced({
      name: `${needs}-then-mv-${settings.includes('no sync') ? 'unsynced' : 'synced'}`,
      from: import.meta.url,
      setup: [
        'sh',
        '-ec',
        'mkdir -p source/sub\necho first > source/one\necho second > source/sub/two\ntar -cf source.tar -C source .',
      ],
      run,
      check,
    }),
  };
}

const UNPACK = ['mkdir data/new', 'tar -xf source.tar -C data/new'];

export const COPIES: readonly Subject[] = [
  moved('cp -r, then mv', 'no sync', 'cp', ['cp -r source data/new', 'mv data/new data/tree'], EVERYWHERE),
  moved(
    'cp -r, then mv',
    'sync between',
    'cp',
    ['cp -r source data/new', 'sync', 'mv data/new data/tree'],
    [],
  ),
  moved('tar -x, then mv', 'no sync', 'tar', [...UNPACK, 'mv data/new data/tree'], EVERYWHERE),
  moved('tar -x, then mv', 'sync between', 'tar', [...UNPACK, 'sync', 'mv data/new data/tree'], []),
];
