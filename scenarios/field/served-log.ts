import { broken, scenario, type Life, type Scenario } from '../../harness/index.ts';
import { bytesOf, encode, parse, sync } from '../records.ts';

const PATH = '/log/records';
const RECORDS: readonly string[] = ['first', 'second'];

/**
 * A log whose writer syncs and acknowledges at the end of a batch, and whose reader serves what it finds after a start:
 * who has read a record counts on it. When the process dies and the machine does not, the reader finds records that are
 * in memory only. Kafka (PR 8812) and Pebble (issue 984) served them.
 *
 * @param syncs whether the reader makes durable what it has read, before it serves it
 */
export function servedLog(name: string, summary: string, syncs: boolean): Scenario {
  return scenario({
    name,
    summary,
    async setup({ fs }) {
      await fs.mkdir('/log');
      await (await fs.open(PATH, 'wx')).close();
    },
    async run({ fs, acknowledge }) {
      const log = await fs.open(PATH, 'a');
      for (const record of RECORDS) await log.write(encode(record));
      await log.sync();
      await log.close();
      for (const record of RECORDS) acknowledge(record);
    },
    async recover(life) {
      await serve(life, syncs);
    },
    async check({ fs }, acknowledged) {
      const { records } = parse(await bytesOf(fs, PATH));
      const lost = acknowledged.find((record) => !records.includes(record));
      if (lost === undefined) return undefined;
      return broken('a record that was read stays', `${lost} was served, and is gone`, 'lost');
    },
  });
}

async function serve({ fs, acknowledge }: Life, syncs: boolean): Promise<void> {
  const bytes = await bytesOf(fs, PATH);
  const { records, end } = parse(bytes);
  if (end < bytes.length) await fs.truncate(PATH, end);
  if (syncs || end < bytes.length) await sync(fs, PATH);
  for (const record of records) acknowledge(record);
}
