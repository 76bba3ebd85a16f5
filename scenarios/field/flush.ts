import { broken, scenario, type Scenario } from '../../harness/index.ts';
import { bytesOf, encode, parse } from '../records.ts';

const PATH = '/db/log';

/**
 * A database with two threads: one appends a record to the log, the other flushes, which syncs the log and then promises
 * all that has been put in so far. RocksDB's flush did not wait for an append that was still under way, and the sync could
 * come first (pull request 10560).
 *
 * @param waits whether the flush waits until the append is done
 */
export function flush(name: string, summary: string, waits: boolean): Scenario {
  return scenario({
    name,
    summary,
    async setup({ fs }) {
      await fs.mkdir('/db');
      await fs.writeFile(PATH, '', { flush: true });
    },
    async run({ fs, acknowledge }) {
      const log = await fs.open(PATH, 'a');
      const append = log.write(encode('record'));
      if (waits) await append;
      await Promise.all([append, log.sync()]);
      acknowledge('record');
      await log.close();
    },
    async recover({ fs }) {
      const { end } = parse(await bytesOf(fs, PATH));
      const log = await fs.open(PATH, 'r+');
      await log.truncate(end);
      await log.sync();
      await log.close();
    },
    async check({ fs }, acknowledged) {
      const { records } = parse(await bytesOf(fs, PATH));
      const lost = acknowledged.find((record) => !records.includes(record));
      return lost === undefined
        ? undefined
        : broken('nothing acknowledged is lost', `${lost} is gone`, 'lost');
    },
  });
}
