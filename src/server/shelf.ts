import type { FileSystem } from '../ports/file-system.ts';
import { gunzip } from '../storage/codec/gzip.ts';
import { isDamage } from '../storage/codec/damage.ts';
import { codeOf, ifThere } from '../storage/errors.ts';
import { HARDLINKED, LOG, MANIFEST, READING, STATS, backupNumber } from '../storage/layout.ts';
import { lineOf } from '../storage/stamp.ts';
import { finished, look } from '../storage/state.ts';
import type { LogName, ShelvedBackup } from '../protocol/monitor-ports.ts';

/** Where each of Burp's logs and counters may be: packed, or while a backup is made by Burp, plain. */
const FILES: Readonly<Record<LogName, readonly string[]>> = {
  backup: [LOG, 'log'],
  restore: [READING.restore.log, 'restorelog'],
  verify: [READING.verify.log, 'verifylog'],
  backup_stats: [STATS],
  restore_stats: [READING.restore.stats],
  verify_stats: [READING.verify.stats],
};
export const LOG_NAMES = Object.keys(FILES) as readonly LogName[];
/** Bytes of a log that is shown; a client may have had much to complain about. */
const LONGEST = 64 << 20;

/** What is seen of a client's backups from outside, without a look into their manifests. The newest comes first. */
export async function shelf(fs: FileSystem, root: string): Promise<ShelvedBackup[]> {
  const state = await look(fs, root);
  const done = new Set(finished(state));
  const backups: ShelvedBackup[] = [];
  let isDeletable = true;
  for (const name of state.directories) {
    const has = async (file: string) => (await ifThere(fs.lstat(`${root}/${name}/${file}`))) !== undefined;
    const isHardlinked = await has(HARDLINKED);
    const flags = [
      ...(isHardlinked ? ['hardlinked'] : []),
      ...(isDeletable ? ['deletable'] : []),
      ...(done.has(name) ? [] : [name === state.working ? 'working' : 'finishing']),
      ...(name === state.current ? ['current'] : []),
      ...((await has(MANIFEST)) ? ['manifest'] : []),
    ];
    const logs: LogName[] = [];
    for (const log of LOG_NAMES) for (const file of FILES[log]) if (await has(file)) logs.push(log);
    const line = await lineOf(fs, `${root}/${name}`, name);
    backups.push({ name, line, number: backupNumber(name)!, flags, logs });
    isDeletable = isHardlinked;
  }
  return backups.reverse();
}

/** The lines of a log; undefined if it is not there, or damaged. */
export async function logLines(
  fs: FileSystem,
  root: string,
  backup: string,
  log: LogName,
): Promise<string[] | undefined> {
  for (const file of FILES[log]) {
    const path = `${root}/${backup}/${file}`;
    // A link, or something else that somebody put there, is not followed.
    if (!(await ifThere(fs.lstat(path)))?.isFile()) continue;
    try {
      const bytes = await fs.readFile(path);
      const text = Buffer.from(file.endsWith('.gz') ? gunzip(bytes, { maximumSize: LONGEST }) : bytes);
      return text.toString('utf8').split('\n').slice(0, -1);
    } catch (error) {
      if (isDamage(error) || codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }
  return undefined;
}
