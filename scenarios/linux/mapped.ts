import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { broken, type RealDisk, traced } from '../../harness/index.ts';
import { EVERYWHERE, type Subject } from './subject.ts';

/** Programs that write to a file through memory, in which no call shows what was stored. */

const PYTHON = '/usr/bin/python3';

/** Two halves, each in a page of its own, and then the mark in the first page that says that both are there. */
const STORES = `
import mmap, os
file = os.open('data/x', os.O_RDWR)
memory = mmap.mmap(file, 12288)
memory[4096:4100] = b'left'
memory[8192:8197] = b'right'
SYNC_HALVES
memory[0:4] = b'full'
SYNC_MARK
print('acknowledged: full', flush=True)
`;

function checkHalves({ dir, acknowledged }: RealDisk) {
  const bytes = readFileSync(join(dir, 'x'));
  const [mark, left, right] = [0, 4096, 8192].map((start) => bytes.toString('latin1', start, start + 4));
  if (mark === 'full' && (left !== 'left' || right !== 'righ'))
    return broken('what is marked as full is full', `the halves are ${JSON.stringify([left, right])}`);
  return acknowledged.length > 0 && mark !== 'full'
    ? broken('what was stored stays', 'it is not marked as full', 'lost')
    : undefined;
}

function stores(settings: string, halves: string, mark: string, breaksUnder: readonly string[]): Subject {
  const run = STORES.replace('SYNC_HALVES', halves).replace('SYNC_MARK', mark);
  return {
    program: 'Python, mmap',
    settings,
    claim: 'what is marked as full is full; stored stays stored',
    needs: [PYTHON],
    breaksUnder,
    scenario: traced({
      name: `python-mmap-${settings.replaceAll(/\W+/g, '-')}`,
      from: import.meta.url,
      setup: [PYTHON, '-c', `open('data/x', 'wb').write(bytes(12288))`],
      run: [PYTHON, '-c', run],
      check: checkHalves,
    }),
  };
}

const PUTS = `
import lmdb
env = lmdb.open('data/db', map_size=262144, OPTIONS)
for name in b'a', b'b':
    with env.begin(write=True) as change:
        for i in range(20):
            change.put(name + b'%d' % i, name * 300)
    print('acknowledged:', name.decode(), flush=True)
`;

/** Reads everything: for each letter all of its values, or none. */
const READS = `
import lmdb, sys
env = lmdb.open('data/db', map_size=262144, create=False)
with env.begin() as look:
    found = dict(look.cursor())
for name in b'a', b'b':
    there = [i for i in range(20) if found.get(name + b'%d' % i) == name * 300]
    if len(there) not in (0, 20): sys.exit(print(name.decode(), 'has', len(there), 'of 20') or 1)
    if len(there) == 0 and name.decode() in sys.argv[1].split(): sys.exit(print('lost:', name.decode()) or 1)
`;

function puts(settings: string, breaksUnder: readonly string[], words?: string): Subject {
  return {
    program: 'LMDB',
    settings,
    claim: 'each transaction is there or not; committed stays committed',
    ...(words === undefined ? {} : { promise: { words, at: 'http://www.lmdb.tech/doc/group__mdb.html' } }),
    needs: [PYTHON, '/usr/lib/python3/dist-packages/lmdb'],
    breaksUnder,
    scenario: traced({
      name: `lmdb-${settings.replaceAll(/\W+/g, '-').toLowerCase()}`,
      from: import.meta.url,
      // Who reads and writes now is in it, by process numbers: it is made anew.
      ignore: ['lock.mdb'],
      setup: [PYTHON, '-c', `import lmdb; lmdb.open('data/db', map_size=262144, writemap=True).close()`],
      run: [PYTHON, '-c', PUTS.replace('OPTIONS', settings)],
      check: [
        'sh',
        '-c',
        `${PYTHON} -c "$0" "$BLACKOUT_ACKNOWLEDGED" || { code=$?; [ $code -lt 128 ] || echo it ends by signal $((code - 128)); exit 1; }`,
        READS,
      ],
    }),
  };
}

export const MAPPED: readonly Subject[] = [
  stores('msync before the mark and after', 'memory.flush()', 'memory.flush()', []),
  // What is stored between two looks is one op, and btrfs writes it as one extent.
  stores('msync after the mark', '', 'memory.flush()', ['ext4', 'xfs', 'posix']),
  stores('no msync', '', '', EVERYWHERE),
  puts('writemap=True, sync=True', []),
  puts(
    'writemap=True, sync=False',
    EVERYWHERE,
    'MDB_NOSYNC: a system crash can corrupt the database or lose the last transactions',
  ),
];
