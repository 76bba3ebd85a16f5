import { broken, scenario, type Life, type Scenario } from '../../harness/index.ts';

type Fs = Life['fs'];

const OLD = 'old '.repeat(30);
const NEW = 'new '.repeat(40);

/** What the program does when fsync of its new file fails. */
export type OnFailedSync = 'calls it again' | 'gives up';

/**
 * A file that is replaced by the book, by a program that has thought of a failing fsync. It is told that the data was
 * not written. Linux takes it for clean all the same, so that the next fsync has nothing to do and returns 0: to call it
 * again was PostgreSQL's mistake for twenty years (fsyncgate, 2018; it stops now), and Redis' (pull request 8347). What has failed
 * must be written again, or not be promised.
 */
export function retriedSync(name: string, summary: string, onFailedSync: OnFailedSync): Scenario {
  return scenario({
    name,
    summary,
    async setup({ fs }) {
      await fs.mkdir('/d');
      await fs.writeFile('/d/file', OLD);
    },
    async run(life) {
      await replace(life.fs, onFailedSync);
      life.acknowledge('new');
    },
    async recover({ fs }) {
      if ((await fs.readdir('/d')).includes('tmp')) await fs.unlink('/d/tmp');
    },
    async check({ fs }, acknowledged) {
      const names = await fs.readdir('/d');
      if (!names.includes('file'))
        return broken('the file exists', `/d holds ${names.join(', ') || 'nothing'}`, 'lost');
      const text = await fs.readFile('/d/file', 'utf8');
      if (acknowledged.includes('new') && text !== NEW) {
        return broken(
          'nothing acknowledged is lost',
          shown('the new content was acknowledged', text),
          'lost',
        );
      }
      return text === OLD || text === NEW
        ? undefined
        : broken('the file is old or new', shown('it is neither', text));
    },
  });
}

function shown(what: string, text: string): string {
  return `${what}, the file has ${text.length} bytes and begins with ${JSON.stringify(text.slice(0, 4))}`;
}

async function replace(fs: Fs, onFailedSync: OnFailedSync): Promise<void> {
  const file = await fs.open('/d/tmp', 'wx');
  try {
    await file.writeFile(NEW);
    await file.sync().catch(async (error: unknown) => {
      if (onFailedSync === 'gives up') throw error;
      await file.sync();
    });
  } finally {
    await file.close();
  }
  await fs.rename('/d/tmp', '/d/file');
  // If this fails, nobody has been promised anything.
  const directory = await fs.open('/d', 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
