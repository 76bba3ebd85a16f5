import { broken, type Findings, type RealDisk, traced } from '../../harness/index.ts';
import { ALL, EVERYWHERE, type Subject } from './subject.ts';

/** SQLite by its own command, in both journal modes and at each level of `synchronous`. */

const PRAGMA = 'https://sqlite.org/pragma.html#pragma_synchronous';

const INTACT = 'the database is intact, with all of a transaction or nothing';
const DURABLE = 'what was committed stays';

interface Mode {
  readonly journal: 'delete' | 'wal';
  readonly synchronous: 'off' | 'normal' | 'full' | 'extra';
}

/** What one transaction does to two pages at least: what is there before, and after. */
interface Transaction {
  readonly setup: string;
  readonly sql: string;
  readonly before: string;
  readonly after: string;
}

const ADDS: Transaction = {
  setup: 'insert into t values(1, zeroblob(3000))',
  sql: 'insert into t values(2, zeroblob(3000)), (3, zeroblob(3000))',
  before: '1',
  after: '1,2,3',
};
/** Each of the three has a page of its own. A log of these two still has all its states looked at, one of five not. */
const CHANGES: Transaction = {
  setup: 'insert into t values(1, zeroblob(3000)), (2, zeroblob(3000)), (3, zeroblob(3000))',
  sql: 'update t set x = x + 10 where x <> 2',
  before: '1,2,3',
  after: '2,11,13',
};

/** Either all of the transaction is there, or nothing. */
function asked(durable: boolean, { before, after }: Transaction) {
  return async ({ acknowledged, ask }: RealDisk): Promise<Findings> => {
    const { code, output, errors } = await ask([
      'sqlite3',
      'data/app.db',
      'pragma integrity_check',
      'select group_concat(x) from (select x from t order by x)',
    ]);
    const said = (output + errors).trim().split('\n');
    if (code !== 0 || said[0] !== 'ok') return broken(INTACT, said.join('; ').slice(0, 200));
    if (said[1] !== before && said[1] !== after) return broken(INTACT, `it has the rows ${said[1]}`);
    return durable && acknowledged.length > 0 && said[1] === before
      ? broken(DURABLE, 'the rows are gone', 'lost')
      : undefined;
  };
}

function subject(mode: Mode, durable: boolean, breaksUnder: readonly string[], words?: string): Subject {
  const { journal, synchronous } = mode;
  const transaction = journal === 'wal' ? CHANGES : ADDS;
  const open = ['sqlite3', 'data/app.db', `pragma synchronous=${synchronous}`];
  return {
    program: 'SQLite',
    settings: `journal_mode=${journal}, synchronous=${synchronous}`,
    claim: durable ? DURABLE : INTACT,
    ...(words === undefined ? {} : { promise: { words, at: PRAGMA } }),
    needs: ['sqlite3'],
    breaksUnder,
    plan: ALL,
    scenario: traced({
      name: `sqlite-${journal}-${synchronous}-${durable ? 'durable' : 'intact'}`,
      from: import.meta.url,
      setup: [
        'sqlite3',
        'data/app.db',
        `pragma journal_mode=${journal}`,
        `create table t(x, y); ${transaction.setup}`,
      ],
      run: [...open, `begin; ${transaction.sql}; commit`, '.system echo acknowledged: 3'],
      recover: [...open, 'select count(*) from t'],
      check: asked(durable, transaction),
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
    // Under xfs it takes a page of the journal that is lost and a header that is not: two effects at least.
    ['ext4', 'xfs', 'posix'],
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
