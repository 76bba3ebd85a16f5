import { broken, scenario, type Life, type Scenario } from '../../harness/index.ts';
import { bytesOf, encode, parse, sync } from '../records.ts';

const LOG = '/wal/log';
const SNAPSHOT = '/data/snapshot';
const RECORDS: readonly string[] = ['first', 'second'];

/**
 * A database with its log on a second disk: the records of the log become a snapshot, and then the log is cut off. On
 * one disk the rename comes before the cut by itself, on the file systems that keep an order; from one disk to another
 * nothing does. InfluxDB lost its data so (issue 8387).
 *
 * @param syncs whether the snapshot's name is durable before the log is cut off
 */
export function twoDisks(name: string, summary: string, syncs: boolean): Scenario {
  return scenario({
    name,
    summary,
    volumes: { '/wal': 'same' },
    async setup({ fs, acknowledge }) {
      await fs.mkdir('/data');
      await fs.mkdir('/wal');
      await fs.writeFile(LOG, Buffer.concat(RECORDS.map(encode)));
      for (const record of RECORDS) acknowledge(record);
    },
    async run(life) {
      await compact(life, syncs);
    },
    async recover(life) {
      await life.fs.rm('/data/snapshot.tmp', { force: true });
      await compact(life, syncs);
    },
    async check({ fs }, acknowledged) {
      const known = [...parse(await bytesOf(fs, SNAPSHOT)).records, ...parse(await bytesOf(fs, LOG)).records];
      const lost = acknowledged.find((record) => !known.includes(record));
      if (lost === undefined) return undefined;
      return broken('every record is in the snapshot or in the log', `${lost} is in neither`, 'lost');
    },
  });
}

async function compact({ fs }: Life, syncs: boolean): Promise<void> {
  const log = await fs.readFile(LOG);
  if (log.length === 0) return;
  // A log that was not cut off in time has records that the snapshot has already.
  const records = new Set([...parse(await bytesOf(fs, SNAPSHOT)).records, ...parse(log).records]);
  await fs.writeFile('/data/snapshot.tmp', Buffer.concat([...records].map(encode)));
  await sync(fs, '/data/snapshot.tmp');
  await fs.rename('/data/snapshot.tmp', SNAPSHOT);
  if (syncs) await sync(fs, '/data');
  await fs.truncate(LOG, 0);
  await sync(fs, LOG);
}
