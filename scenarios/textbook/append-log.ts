import { broken, scenario, type Life, type Scenario } from '../../harness/index.ts';
import { encode, parse } from '../records.ts';

/** Which steps of the protocol are left out. */
export interface LogFlaws {
  readonly noFsync?: boolean;
  readonly noDirectoryFsync?: boolean;
  readonly noChecksum?: boolean;
}

/** The second is longer than a page, so that it can tear; the others share pages with it. */
const RECORDS: readonly string[] = ['first', 'second '.repeat(700), 'third'];
const PATH = '/log/records';

/**
 * The other protocol that everybody knows: a log that is only ever appended to. A record has its length and a
 * checksum in front; it is fsynced and then acknowledged; recovery reads up to the first record that is not whole and
 * cuts the rest off. The log's own name is made durable before the first record is acknowledged.
 */
export function appendLog(name: string, summary: string, flaws: LogFlaws = {}): Scenario {
  return scenario({
    name,
    summary,
    async setup({ fs }) {
      await fs.mkdir('/log');
    },
    async run(life) {
      await append(life, flaws);
    },
    async recover({ fs }) {
      if (!(await fs.readdir('/log')).includes('records')) return;
      const bytes = await fs.readFile(PATH);
      const { end } = parse(bytes, !flaws.noChecksum);
      if (end === bytes.length) return;
      const file = await fs.open(PATH, 'r+');
      await file.truncate(end);
      await file.sync();
      await file.close();
    },
    async check({ fs }, acknowledged) {
      const there = (await fs.readdir('/log')).includes('records');
      const { records } = parse(there ? await fs.readFile(PATH) : new Uint8Array(), !flaws.noChecksum);
      const wrong = records.findIndex((record, i) => record !== RECORDS[i]);
      if (wrong >= 0) {
        const start = JSON.stringify(records[wrong]!.slice(0, 12));
        return broken('the log is a prefix of what was appended', `record ${wrong + 1} begins with ${start}`);
      }
      if (records.length < acknowledged.length) {
        const message = `${acknowledged.length} records were acknowledged, the log holds ${records.length}`;
        return broken('nothing acknowledged is lost', message, 'lost');
      }
      return undefined;
    },
  });
}

async function append({ fs, acknowledge }: Life, flaws: LogFlaws): Promise<void> {
  const file = await fs.open(PATH, 'ax');
  if (!flaws.noDirectoryFsync) {
    const directory = await fs.open('/log', 'r');
    await directory.sync();
    await directory.close();
  }
  for (const record of RECORDS) {
    await file.write(encode(record));
    if (!flaws.noFsync) await file.sync();
    acknowledge(`record ${record.slice(0, 6)}`);
  }
  await file.close();
}
