import { readFile, readdir } from 'node:fs/promises';

/** Of a second, on every Linux that Node runs on: what `/proc` counts in. */
const TICKS = 100;

/** Seconds of processor time that a group of processes has had, those that are gone and were waited for included. */
export async function workOf(group: number, proc = '/proc'): Promise<number> {
  let ticks = 0;
  for (const name of await readdir(proc)) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`${proc}/${name}/stat`, 'utf8').catch(() => '');
    ticks += ticksOf(stat, group);
  }
  return ticks / TICKS;
}

/** proc_pid_stat(5). The second field is a name, in brackets, and may hold anything: what counts is behind its last one. */
function ticksOf(stat: string, group: number): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (Number(fields[GROUP]) !== group) return 0;
  return TIMES.reduce((sum, at) => sum + Number(fields[at]), 0);
}

/** Fields 5, and 14 to 17: utime, stime, cutime, cstime. The first one here is field 3. */
const GROUP = 2;
const TIMES = [11, 12, 13, 14];
