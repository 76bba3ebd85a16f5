import { broken, type Findings, program, type ProgramLife, type Scenario } from '../../harness/index.ts';
import { type Subject, syncBeforeRenames } from './subject.ts';

/** Packages that save one file of JSON. */

const FILE = '/data/settings.json';
const CLAIM = 'old or new';
const EVERYWHERE = ['ext4', 'xfs', 'btrfs', 'posix'];

type Life = ProgramLife<unknown>;
/** What such a package has, as far as it is used here. */
type Saver = Readonly<Record<string, (...args: unknown[]) => unknown>>;
type Made = new (...args: unknown[]) => Saver;

/** Saves over `{ "theme": "light" }`, and wants to find it, or what was saved, whatever happened. */
function saves(
  name: string,
  load: string,
  save: (module: Record<string, unknown>) => unknown,
  before: (life: Life) => void = () => {},
): Scenario {
  return program({
    name,
    load,
    from: import.meta.url,
    setup: async ({ fs }) => fs.writeFileSync(FILE, '{"theme":"light"}'),
    async run(life) {
      before(life);
      await save(await life.load());
    },
    check: async ({ fs }) => check(fs.readFileSync(FILE, 'utf8')),
  });
}

function check(text: string): Findings {
  try {
    const { theme } = JSON.parse(text) as { theme?: string };
    if (theme === 'light' || theme === 'dark') return undefined;
  } catch {
    // Said below.
  }
  return broken(CLAIM, `the file holds ${JSON.stringify(text)}`);
}

const DARK = { theme: 'dark' };
const TEXT = JSON.stringify(DARK);
const synced = ({ fs }: Life): void => syncBeforeRenames(fs);
const SYNC = 'an fsync of the temporary file before it is renamed';
const AGAINST = 'a temporary file, synced and renamed over the old one';

const steno = async (module: Record<string, unknown>): Promise<unknown> =>
  await new (module['Writer'] as Made)(FILE)['write']!(TEXT);
const lowdb = async (module: Record<string, unknown>): Promise<unknown> =>
  await new (module['JSONFile'] as Made)(FILE)['write']!(DARK);
const stream = async (module: Record<string, unknown>): Promise<void> => {
  const made = new (module['default'] as Made)(FILE);
  await new Promise((resolve, reject) => {
    made['on']!('finish', resolve);
    made['on']!('error', reject);
    made['end']!(TEXT);
  });
};

const github = (path: string): string => `https://github.com/${path}`;

export const JSON_FILES: readonly Subject[] = [
  {
    package: 'write-file-atomic',
    claim: CLAIM,
    promise: {
      words: 'Atomically and asynchronously writes data to a file, replacing the file if it already exists.',
      at: github('npm/write-file-atomic#readme'),
    },
    scenario: saves('write-file-atomic', 'write-file-atomic', async (module) =>
      (module['default'] as Saver[string])(FILE, TEXT),
    ),
    breaksUnder: [],
  },
  {
    package: 'atomically',
    claim: CLAIM,
    promise: {
      words: "this way it's impossible to get a corrupt/partially-written file",
      at: github('fabiospampinato/atomically#readme'),
    },
    scenario: saves('atomically', 'atomically', async (module) =>
      (module['writeFile'] as Saver[string])(FILE, TEXT),
    ),
    breaksUnder: [],
  },
  {
    package: 'steno',
    claim: CLAIM,
    promise: { words: 'Safe: No partial writes (writes are atomic)', at: github('typicode/steno#readme') },
    scenario: saves('steno', 'steno', steno),
    breaksUnder: EVERYWHERE,
    remedy: { words: SYNC, scenario: saves('steno-synced', 'steno', steno, synced) },
  },
  {
    package: 'lowdb',
    claim: CLAIM,
    promise: { words: 'Safe atomic writes', at: github('typicode/lowdb#readme') },
    scenario: saves('lowdb', 'lowdb/node', lowdb),
    breaksUnder: EVERYWHERE,
    remedy: { words: SYNC, scenario: saves('lowdb-synced', 'lowdb/node', lowdb, synced) },
  },
  {
    package: 'fs-write-stream-atomic',
    claim: CLAIM,
    promise: {
      words: 'Like fs.createWriteStream(...), but atomic.',
      at: github('npm/fs-write-stream-atomic#readme'),
    },
    scenario: saves('fs-write-stream-atomic', 'fs-write-stream-atomic', stream),
    breaksUnder: EVERYWHERE,
    remedy: {
      words: SYNC,
      scenario: saves('fs-write-stream-atomic-synced', 'fs-write-stream-atomic', stream, synced),
    },
  },
  {
    package: 'conf',
    claim: CLAIM,
    promise: {
      words:
        'Changes are written to disk atomically, so if the process crashes during a write, it will not corrupt the existing config.',
      at: github('sindresorhus/conf#readme'),
    },
    scenario: saves('conf', 'conf', (module) =>
      new (module['default'] as Made)({ cwd: '/data', configName: 'settings' })['set']!('theme', 'dark'),
    ),
    breaksUnder: [],
  },
  {
    package: 'node-json-db',
    claim: CLAIM,
    scenario: saves('node-json-db', 'node-json-db', async (module) => {
      const config = new (module['Config'] as Made)('/data/settings', true, false, '/', true);
      await new (module['JsonDB'] as Made)(config)['push']!('/theme', 'dark');
    }),
    breaksUnder: [],
  },
  {
    package: 'jsonfile',
    claim: CLAIM,
    scenario: saves('jsonfile', 'jsonfile', async (module) =>
      (module['default'] as Saver)['writeFile']!(FILE, DARK, { spaces: 2 }),
    ),
    breaksUnder: EVERYWHERE,
    remedy: { words: AGAINST },
  },
  {
    package: 'fs-extra',
    claim: CLAIM,
    scenario: saves('fs-extra', 'fs-extra', async (module) =>
      (module['default'] as Saver)['outputJson']!(FILE, DARK, { spaces: 2 }),
    ),
    breaksUnder: EVERYWHERE,
    remedy: { words: AGAINST },
  },
];
