import { broken, program } from '../../harness/index.ts';
import type { Subject } from './subject.ts';

/** Packages that keep more than one file, or promise more than old or new. */

const EVERYWHERE = ['ext4', 'xfs', 'btrfs', 'posix'];
const github = (path: string): string => `https://github.com/${path}`;

type Call = (...args: unknown[]) => Promise<unknown>;

const durable: Subject = {
  package: 'write-file-atomic',
  claim: 'resolved means durable',
  scenario: program<{ default: Call }>({
    name: 'write-file-atomic-durable',
    load: 'write-file-atomic',
    from: import.meta.url,
    setup: async ({ fs }) => fs.writeFileSync('/data/f', 'old'),
    async run({ load, acknowledge }) {
      const { default: write } = await load();
      await write('/data/f', 'new');
      acknowledge('new');
    },
    async check({ fs }, acknowledged) {
      const text = fs.readFileSync('/data/f', 'utf8');
      if (!acknowledged.includes('new') || text === 'new') return undefined;
      return broken('resolved means durable', `the file holds ${JSON.stringify(text)}`, 'lost');
    },
  }),
  breaksUnder: EVERYWHERE,
  remedy: { words: 'an fsync of the directory after the rename' },
};

interface Storage {
  readonly default: {
    init(options: object): Promise<void>;
    setItem: Call;
    getItem: Call;
  };
}

const nodePersist: Subject = {
  package: 'node-persist',
  claim: 'every item can be read',
  scenario: program<Storage>({
    name: 'node-persist',
    load: 'node-persist',
    from: import.meta.url,
    async run({ load }) {
      const { default: storage } = await load();
      await storage.init({ dir: '/data/items' });
      await storage.setItem('theme', 'dark');
    },
    async check({ load }) {
      const { default: storage } = await load();
      try {
        await storage.init({ dir: '/data/items' });
        await storage.getItem('theme');
      } catch (error) {
        return broken('every item can be read', String(error).replace(/[0-9a-f]{64}/, '...'));
      }
      return undefined;
    },
  }),
  breaksUnder: EVERYWHERE,
  remedy: { words: 'a temporary file for each item, synced and renamed over the old one' },
};

interface Locks {
  readonly default: { lock(path: string, options?: object): Promise<() => Promise<void>> };
}

const lockfile: Subject = {
  package: 'proper-lockfile',
  claim: 'the lock can be had after a reboot',
  promise: {
    words:
      'An inter-process and inter-machine lockfile utility that works on a local or network file system.',
    at: github('moxystudio/node-proper-lockfile#readme'),
  },
  scenario: program<Locks>({
    name: 'proper-lockfile',
    load: 'proper-lockfile',
    from: import.meta.url,
    setup: async ({ fs }) => fs.writeFileSync('/data/f', ''),
    async run({ load }) {
      const { default: locks } = await load();
      const release = await locks.lock('/data/f');
      await release();
    },
    async recover({ load }) {
      const { default: locks } = await load();
      const release = await locks.lock('/data/f', { retries: 10 });
      await release();
    },
    check: async ({ fs }) =>
      fs.existsSync('/data/f.lock')
        ? broken('the lock can be had after a reboot', 'it is still there')
        : undefined,
  }),
  breaksUnder: [],
};

interface Boom {
  write(line: string): void;
  flushSync(): void;
  end(): void;
  once(event: string, listener: () => void): void;
}

const sonicBoom: Subject = {
  package: 'sonic-boom',
  claim: 'a synced line is durable',
  promise: {
    words: 'fsync: perform a fsyncSync every time a write is completed',
    at: github('pinojs/sonic-boom#readme'),
  },
  scenario: program<{ default: new (options: object) => Boom }>({
    name: 'sonic-boom',
    load: 'sonic-boom',
    from: import.meta.url,
    setup: async ({ fs }) => fs.writeFileSync('/data/log', 'started\n'),
    async run({ load, acknowledge }) {
      const { default: SonicBoom } = await load();
      const log = new SonicBoom({ dest: '/data/log', fsync: true, sync: true });
      await new Promise<void>((resolve) => log.once('ready', resolve));
      log.write('line\n');
      log.flushSync();
      acknowledge('line');
      log.end();
    },
    async check({ fs }, acknowledged) {
      const text = fs.readFileSync('/data/log', 'utf8');
      if (!acknowledged.includes('line') || text === 'started\nline\n') return undefined;
      return broken('a synced line is durable', `the log holds ${JSON.stringify(text)}`, 'lost');
    },
  }),
  breaksUnder: [],
};

interface Cache {
  readonly default: { put: Call; get: Call };
}

const cacache: Subject = {
  package: 'cacache',
  claim: 'what was put, or a miss',
  promise: {
    words: 'it will never give you corrupted data, even if cache files get corrupted or manipulated',
    at: github('npm/cacache#readme'),
  },
  scenario: program<Cache>({
    name: 'cacache',
    load: 'cacache',
    from: import.meta.url,
    async run({ load }) {
      const { default: cache } = await load();
      await cache.put('/data/cache', 'key', 'value');
    },
    async check({ load }) {
      const { default: cache } = await load();
      try {
        const { data } = (await cache.get('/data/cache', 'key')) as { data: Buffer };
        return String(data) === 'value'
          ? undefined
          : broken('what was put, or a miss', `it is ${String(data)}`);
      } catch (error) {
        const { code } = error as { code?: string };
        if (code === 'ENOENT' || code === 'EINTEGRITY') return undefined;
        return broken('what was put, or a miss', String(error));
      }
    },
  }),
  breaksUnder: [],
};

interface Nedb {
  loadDatabaseAsync(): Promise<void>;
  insertAsync(document: object): Promise<void>;
}

const nedb: Subject = {
  package: '@seald-io/nedb',
  claim: 'the database opens',
  scenario: program<{ default: new (options: object) => Nedb }>({
    name: 'nedb',
    load: '@seald-io/nedb',
    from: import.meta.url,
    async run({ load }) {
      const { default: Datastore } = await load();
      const database = new Datastore({ filename: '/data/db' });
      await database.loadDatabaseAsync();
      await database.insertAsync({ theme: 'dark' });
    },
    async check({ load }) {
      const { default: Datastore } = await load();
      try {
        await new Datastore({ filename: '/data/db' }).loadDatabaseAsync();
      } catch (error) {
        return broken('the database opens', String(error));
      }
      return undefined;
    },
  }),
  breaksUnder: ['ext4', 'posix'],
  remedy: { words: 'an fsync after each append, and a last line that is damaged left out' },
};

interface KeyvFile {
  set: Call;
  get: Call;
}

const keyvFile: Subject = {
  package: 'keyv-file',
  claim: 'old or new',
  scenario: program<{ KeyvFile: new (options: object) => KeyvFile }>({
    name: 'keyv-file',
    load: 'keyv-file',
    from: import.meta.url,
    setup: async ({ fs }) => fs.writeFileSync('/data/cache.json', '{"cache":[["theme",{"value":"light"}]]}'),
    async run({ load }) {
      const { KeyvFile: Store } = await load();
      await new Store({ filename: '/data/cache.json', writeDelay: 100 }).set('theme', 'dark');
    },
    async check({ fs }) {
      const text = fs.readFileSync('/data/cache.json', 'utf8');
      try {
        JSON.parse(text);
      } catch {
        return broken('old or new', `the file holds ${JSON.stringify(text)}`);
      }
      return undefined;
    },
  }),
  breaksUnder: EVERYWHERE,
  remedy: { words: 'a temporary file, synced and renamed over the old one' },
};

export const STORES: readonly Subject[] = [
  durable,
  lockfile,
  sonicBoom,
  cacache,
  nodePersist,
  nedb,
  keyvFile,
];
