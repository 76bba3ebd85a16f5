import { broken, scenario, type Scenario } from '../../harness/index.ts';
import { bytesOf, encode, parse, sync } from '../records.ts';

const PATH = '/log/records';
const RECORDS: readonly string[] = ['first', 'second'];

/**
 * A log whose reader knows that zeros may follow the last record, and takes everything else for damage that somebody
 * has to look at. What a crash leaves after the end of a file may also be what was in its blocks before: etcd did not
 * start then (issue 14098).
 *
 * @param cutsOff whether the reader cuts off whatever is no whole record
 */
export function logTail(name: string, summary: string, cutsOff: boolean): Scenario {
  return scenario({
    name,
    summary,
    async setup({ fs }) {
      await fs.mkdir('/log');
      await (await fs.open(PATH, 'wx')).close();
    },
    async run({ fs, acknowledge }) {
      const log = await fs.open(PATH, 'a');
      for (const record of RECORDS) {
        await log.write(encode(record));
        await log.sync();
        acknowledge(record);
      }
      await log.close();
    },
    async recover({ fs }) {
      const bytes = await bytesOf(fs, PATH);
      const { end, rest } = parse(bytes);
      if (rest === 'garbage' && !cutsOff)
        throw new Error('the log is damaged: unexpected bytes after its end');
      if (end === bytes.length) return;
      await fs.truncate(PATH, end);
      await sync(fs, PATH);
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
