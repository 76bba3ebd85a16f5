import { crc32 } from 'node:zlib';
import { broken, scenario, type Life, type Scenario } from '../../harness/index.ts';

/** Which steps of the protocol are left out. */
export interface LogFlaws {
  readonly noFsync?: boolean;
  readonly noDirectoryFsync?: boolean;
  readonly noChecksum?: boolean;
}

/** The second is longer than a page, so that it can tear; the others share pages with it. */
const RECORDS: readonly string[] = ['first', 'second '.repeat(700), 'third'];
const HEADER = 8;
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
      const { end } = parse(bytes, flaws);
      if (end === bytes.length) return;
      const file = await fs.open(PATH, 'r+');
      await file.truncate(end);
      await file.sync();
      await file.close();
    },
    async check({ fs }, acknowledged) {
      const there = (await fs.readdir('/log')).includes('records');
      const { records } = parse(there ? await fs.readFile(PATH) : new Uint8Array(), flaws);
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

function encode(record: string): Buffer {
  const payload = Buffer.from(record);
  const header = Buffer.alloc(HEADER);
  header.writeUInt32BE(payload.length, 0);
  header.writeUInt32BE(crc32(payload), 4);
  return Buffer.concat([header, payload]);
}

/** The whole records at the start of a log, and where in bytes the last of them ends. */
function parse(bytes: Uint8Array, flaws: LogFlaws): { records: string[]; end: number } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const records: string[] = [];
  let end = 0;
  while (end + HEADER <= buffer.length) {
    const length = buffer.readUInt32BE(end);
    const payload = buffer.subarray(end + HEADER, end + HEADER + length);
    // A length of 0 is what a hole looks like: no record is empty.
    if (length === 0 || payload.length < length) break;
    if (!flaws.noChecksum && crc32(payload) !== buffer.readUInt32BE(end + 4)) break;
    records.push(payload.toString());
    end += HEADER + length;
  }
  return { records, end };
}
