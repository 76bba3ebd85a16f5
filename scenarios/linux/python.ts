import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { broken, type RealDisk, traced } from '../../harness/index.ts';
import { EVERYWHERE, type Subject } from './subject.ts';

/** The atomic replace that everybody writes, in Python, with each of its two syncs, or without. */

const PYTHON = '/usr/bin/python3';
const OLD = 'old '.repeat(2000);
const NEW = 'new '.repeat(2000);

const SAVE = `
import os
with open('data/x.tmp', 'w') as file:
    file.write('new ' * 2000)
    SYNC_FILE
os.rename('data/x.tmp', 'data/x')
SYNC_DIRECTORY
print('acknowledged: new', flush=True)
`;
const SYNC_FILE = 'file.flush(); os.fsync(file.fileno())';
const SYNC_DIRECTORY = `os.fsync(os.open('data', os.O_RDONLY))`;

function check({ dir, acknowledged }: RealDisk) {
  const text = readFileSync(join(dir, 'x'), 'utf8');
  if (text !== OLD && text !== NEW)
    return broken(
      'the file is old or new',
      `it holds ${text.length} characters, ${JSON.stringify(text.slice(0, 8))}...`,
    );
  return acknowledged.length > 0 && text === OLD
    ? broken('what was saved stays', 'it is the old one', 'lost')
    : undefined;
}

function saves(settings: string, file: string, directory: string, breaksUnder: readonly string[]): Subject {
  const run = SAVE.replace('SYNC_FILE', file).replace('SYNC_DIRECTORY', directory);
  return {
    program: 'Python',
    settings,
    claim: 'old or new; saved stays saved',
    needs: [PYTHON],
    breaksUnder,
    scenario: traced({
      name: `python-replace-${settings.replaceAll(/\W+/g, '-')}`,
      from: import.meta.url,
      setup: [PYTHON, '-c', `open('data/x', 'w').write('old ' * 2000)`],
      run: [PYTHON, '-c', run],
      check,
    }),
  };
}

export const REPLACES: readonly Subject[] = [
  saves('no fsync', 'pass', '', EVERYWHERE),
  saves('fsync of the file', SYNC_FILE, '', EVERYWHERE),
  saves('fsync of the directory', 'pass', SYNC_DIRECTORY, EVERYWHERE),
  saves('fsync of both', SYNC_FILE, SYNC_DIRECTORY, []),
];
