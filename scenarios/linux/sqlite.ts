import { broken, type Findings, type RealDisk, traced } from '../../harness/index.ts';
import { BOUNDED, EVERYWHERE, type Subject } from './subject.ts';

/** SQLite by its own command, in both journal modes and at each level of `synchronous`. */

const PRAGMA = 'https://sqlite.org/pragma.html#pragma_synchronous';

const INTACT = 'the database is intact, with all of a transaction or nothing';
const DURABLE = 'what was committed stays';

interface Mode {
  readonly journal: 'delete' | 'wal';
  readonly synchronous: 'off' | 'normal' | 'full' | 'extra';
}

/** Two rows come in one transaction: either both are there, or none. */
function asked(durable: boolean) {
  return async ({ acknowledged, ask }: RealDisk): Promise<Findings> => {
    const { code, output, errors } = await ask([
      'sqlite3',
      'data/app.db',
      'pragma integrity_check',
      'select count(*), max(x) from t',
    ]);
    const said = (output + errors).trim().split('\n');
    if (code !== 0 || said[0] !== 'ok') return broken(INTACT, said.join('; ').slice(0, 200));
    if (said[1] !== '1|1' && said[1] !== '3|3') return broken(INTACT, `it has ${said[1]} rows`);
    return durable && acknowledged.length > 0 && said[1] === '1|1'
      ? broken(DURABLE, 'the rows are gone', 'lost')
      : undefined;
  };
}

function subject(mode: Mode, durable: boolean, breaksUnder: readonly string[], words?: string): Subject {
  const { journal, synchronous } = mode;
  const open = ['sqlite3', 'data/app.db', `pragma synchronous=${synchronous}`];
  return {
    program: 'SQLite',
    settings: `journal_mode=${journal}, synchronous=${synchronous}`,
    claim: durable ? DURABLE : INTACT,
    ...(words === undefined ? {} : { promise: { words, at: PRAGMA } }),
    needs: ['sqlite3'],
    breaksUnder,
    plan: BOUNDED,
    scenario: traced({
      name: `sqlite-${journal}-${synchronous}-${durable ? 'durable' : 'intact'}`,
      from: import.meta.url,
      setup: [
        'sqlite3',
        'data/app.db',
        `pragma journal_mode=${journal}`,
        'create table t(x, y); insert into t values(1, zeroblob(3000))',
      ],
      run: [
        ...open,
        'begin; insert into t values(2, zeroblob(3000)), (3, zeroblob(3000)); commit',
        '.system echo acknowledged: 3',
      ],
      recover: [...open, 'select count(*) from t'],
      check: asked(durable),
      // SQLite makes it anew after a crash: https://sqlite.org/walformat.html, section 2.
      ignore: ['*-shm'],
    }),
  };
}

const NOT_ALL = 'a transaction that committed might roll back following a power loss';

export const SQLITE: readonly Subject[] = [
  subject(
    { journal: 'delete', synchronous: 'off' },
    false,
    EVERYWHERE,
    'the database might become corrupted if the operating system crashes or the computer loses power',
  ),
  subject(
    { journal: 'delete', synchronous: 'normal' },
    false,
    ['ext4', 'posix'],
    'a power failure at just the wrong time could corrupt the database in journal_mode=DELETE on an older filesystem',
  ),
  subject(
    { journal: 'delete', synchronous: 'full' },
    false,
    [],
    'an operating system crash or power failure will not corrupt the database',
  ),
  subject({ journal: 'delete', synchronous: 'full' }, true, EVERYWHERE),
  subject(
    { journal: 'delete', synchronous: 'extra' },
    true,
    [],
    'EXTRA provides additional durability if the commit is followed closely by a power loss',
  ),
  subject({ journal: 'wal', synchronous: 'off' }, false, EVERYWHERE),
  subject(
    { journal: 'wal', synchronous: 'normal' },
    false,
    [],
    'WAL mode is always consistent with synchronous=NORMAL',
  ),
  subject({ journal: 'wal', synchronous: 'normal' }, true, EVERYWHERE, NOT_ALL),
  subject({ journal: 'wal', synchronous: 'full' }, true, []),
];
