import { broken, scenario, type Life, type Scenario } from '../../../programs/scenario.ts';

/** Whether the program makes its sync with this number, from 0. */
export type Makes = (sync: number) => boolean;

/** A program whose syncs can be left out one by one, by itself: what no hook below it has to be trusted for. */
export interface Protocol {
  readonly name: string;
  readonly syncs: number;
  readonly make: (makes: Makes) => Scenario;
}

async function syncDirectory(fs: Life['fs'], path: string): Promise<void> {
  const directory = await fs.open(path, 'r');
  await directory.sync();
  await directory.close();
}

/** A file is replaced; its directory is synced twice, and either of the two is enough. */
const replacing: Protocol = {
  name: 'replacing',
  syncs: 3,
  make: (makes) =>
    scenario({
      name: 'replacing',
      setup: async ({ fs }) => await fs.writeFile('/file', 'old'),
      async run({ fs, acknowledge }) {
        const file = await fs.open('/tmp', 'wx');
        await file.write(Buffer.from('new'));
        if (makes(0)) await file.sync();
        await file.close();
        await fs.rename('/tmp', '/file');
        if (makes(1)) await syncDirectory(fs, '/');
        if (makes(2)) await syncDirectory(fs, '/');
        acknowledge('new');
      },
      async recover({ fs }) {
        if ((await fs.readdir('/')).includes('tmp')) await fs.unlink('/tmp');
      },
      async check({ fs }, acknowledged) {
        const text = await fs.readFile('/file', 'utf8');
        if (text === 'new' || (text === 'old' && acknowledged.length === 0)) return undefined;
        return broken('the file is old, or new and stays so', `it holds "${text}"`);
      },
    }),
};

/** A log in a directory that it makes; the recovery mends the end of it, and counts how often it did. */
const logging: Protocol = {
  name: 'logging',
  syncs: 4,
  make: (makes) =>
    scenario({
      name: 'logging',
      durableRecovery: true,
      async run({ fs, acknowledge }) {
        const log = await fs.open('/log', 'ax');
        if (makes(0)) await syncDirectory(fs, '/');
        for (const record of ['aa', 'bb', 'cc']) {
          await log.write(Buffer.from(record));
          if (makes(1)) await log.datasync();
          acknowledge(record);
        }
        if (makes(2)) await log.sync();
        await log.close();
      },
      async recover({ fs }) {
        const text = await fs.readFile('/log', 'utf8').catch(() => '');
        const whole = /^(?:([a-c])\1)*/.exec(text)![0].length;
        if (whole === text.length) return;
        const log = await fs.open('/log', 'r+');
        await log.truncate(whole);
        if (makes(3)) await log.sync();
        await log.close();
      },
      async check({ fs }, acknowledged) {
        const text = await fs.readFile('/log', 'utf8').catch(() => '');
        const wanted = acknowledged.join('');
        return text.startsWith(wanted) && 'aabbcc'.startsWith(text)
          ? undefined
          : broken('the log begins with what was acknowledged', `it holds "${text}", not "${wanted}"`);
      },
    }),
};

/** Two files that one name stands for; one sync of their directory serves both, and comes before the name. */
const pointing: Protocol = {
  name: 'pointing',
  syncs: 5,
  make: (makes) =>
    scenario({
      name: 'pointing',
      setup: async ({ fs }) => await fs.mkdir('/d'),
      async run({ fs, acknowledge }) {
        const [first, second] = [await fs.open('/d/a', 'wx'), await fs.open('/d/b', 'wx')];
        await first.write(Buffer.from('a'));
        await second.write(Buffer.from('b'));
        if (makes(0)) await first.sync();
        if (makes(1)) await second.sync();
        await first.close();
        await second.close();
        if (makes(2)) await syncDirectory(fs, '/d');
        await fs.symlink('d', '/current');
        if (makes(3)) await syncDirectory(fs, '/');
        acknowledge('both');
        if (makes(4)) await syncDirectory(fs, '/d');
      },
      async check({ fs }, acknowledged) {
        if (!(await fs.readdir('/')).includes('current')) {
          return acknowledged.length > 0 ? broken('what is acknowledged is there', 'it is not') : undefined;
        }
        const read = async (name: string): Promise<string> =>
          await fs.readFile(`/current/${name}`, 'utf8').catch(() => 'nothing');
        const found = `${await read('a')} ${await read('b')}`;
        return found === 'a b' ? undefined : broken('the name stands for both', `they hold "${found}"`);
      },
    }),
};

/** Files that are written one after the other by one line; the last one is never promised. */
export const LOOPING: Protocol = {
  name: 'looping',
  syncs: 3,
  make: (makes) =>
    scenario({
      name: 'looping',
      setup: async ({ fs }) => {
        for (const name of ['/0', '/1', '/2']) await fs.writeFile(name, 'old');
      },
      async run({ fs, acknowledge }) {
        for (let i = 0; i < 3; i++) {
          const file = await fs.open(`/${i}`, 'r+');
          await file.write(Buffer.from('new'));
          if (makes(i)) await file.sync();
          await file.close();
          if (i < 2) acknowledge(String(i));
        }
      },
      async check({ fs }, acknowledged) {
        for (const name of acknowledged) {
          const text = await fs.readFile(`/${name}`, 'utf8');
          if (text !== 'new') return broken('what is acknowledged is there', `/${name} holds "${text}"`);
        }
        return undefined;
      },
    }),
};

export const PROTOCOLS: readonly Protocol[] = [replacing, logging, pointing];
