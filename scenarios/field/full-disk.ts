import { broken, scenario, type Life, type Scenario } from '../../harness/index.ts';
import { bytesOf, encode, parse, sync } from '../records.ts';

const PATH = '/app/state';
const OLD = 'old '.repeat(20);
const NEW = 'new '.repeat(30);

/**
 * A file that is replaced by the book, but for one thing: an error of the write is logged, and the rename goes on. On a
 * full disk the new file is empty, or cut off, and takes the place of the old one.
 *
 * @param stops whether an error of the write ends the replacement
 */
export function swallowedError(name: string, summary: string, stops: boolean): Scenario {
  return scenario({
    name,
    summary,
    async setup({ fs }) {
      await fs.mkdir('/app');
      await fs.writeFile(PATH, OLD);
    },
    async run({ fs }) {
      await fs.writeFile(`${PATH}.tmp`, NEW, { flush: true }).catch((error: unknown) => {
        if (stops) throw error;
      });
      await fs.rename(`${PATH}.tmp`, PATH);
      await sync(fs, '/app');
    },
    async recover({ fs }) {
      await fs.rm(`${PATH}.tmp`, { force: true });
    },
    async check({ fs }) {
      const text = Buffer.from(await bytesOf(fs, PATH)).toString();
      if (text === OLD || text === NEW) return undefined;
      return broken('the file is old or new', `it has ${text.length} bytes`, 'corrupt');
    },
  });
}

const LOG = '/app/log';

/**
 * A log whose writer does not look at how much a write has written: write(2) may write less than it was asked to, and
 * the file handle's `write` passes that on. The rest of the record is never written, and the record is promised.
 *
 * @param loops whether the rest is written, too
 */
export function shortWrite(name: string, summary: string, loops: boolean): Scenario {
  return scenario({
    name,
    summary,
    async setup({ fs }) {
      await fs.mkdir('/app');
      await (await fs.open(LOG, 'wx')).close();
    },
    async run({ fs, acknowledge }) {
      await append(fs, encode('record'), loops);
      acknowledge('record');
    },
    async recover({ fs }) {
      const bytes = await bytesOf(fs, LOG);
      const { end } = parse(bytes);
      if (end === bytes.length) return;
      await fs.truncate(LOG, end);
      await sync(fs, LOG);
    },
    async check({ fs }, acknowledged) {
      const { records } = parse(await bytesOf(fs, LOG));
      const lost = acknowledged.find((record) => !records.includes(record));
      return lost === undefined
        ? undefined
        : broken('nothing acknowledged is lost', `${lost} is gone`, 'lost');
    },
  });
}

async function append(fs: Life['fs'], record: Buffer, loops: boolean): Promise<void> {
  const log = await fs.open(LOG, 'a');
  try {
    let written = (await log.write(record)).bytesWritten;
    if (loops)
      while (written < record.length)
        written += (await log.write(record, written, record.length - written)).bytesWritten;
    await log.sync();
  } finally {
    await log.close();
  }
}
