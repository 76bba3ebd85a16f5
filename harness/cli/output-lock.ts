import { open, readFile, rm } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/** Beside the reports while somebody writes them; says which process that is. */
const LOCK = '.blackout-lock';

/** Folders that this process writes to, by the path of their lock. */
const mine = new Set<string>();

/** Somebody writes to a report folder already. */
export class Occupied extends Error {
  override name = 'Occupied';
}

/**
 * Sees to it that one command at a time writes to a report folder: of two that write in turns, the later verdict stands
 * beside the events of the other. A lock whose process is gone is taken over, also where another has its number since:
 * after a power cut, numbers begin anew.
 *
 * @returns lets go of the folder
 * @throws Occupied if another one has it
 */
export async function lockOutput(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, LOCK);
  if (!(await make(path))) {
    const holder = await holderOf(path);
    if (holder !== undefined) throw new Occupied(`process ${holder} is writing there`);
    await rm(path, { force: true });
    if (!(await make(path))) throw new Occupied('another process is writing there');
  }
  mine.add(path);
  const leave = (): void => rmSync(path, { force: true });
  process.on('exit', leave);
  return async () => {
    process.off('exit', leave);
    mine.delete(path);
    await rm(path, { force: true });
  };
}

/** Whether it was not there before. */
async function make(path: string): Promise<boolean> {
  const holder = `${process.pid} ${await bornAt(process.pid)}`;
  try {
    const file = await open(path, 'wx');
    await file.writeFile(holder);
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The process that holds a lock; undefined if it is gone. */
async function holderOf(path: string): Promise<number | undefined> {
  const [number, born] = (await readFile(path, 'utf8').catch(() => '')).split(' ');
  const pid = Number(number);
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  if (pid === process.pid) return mine.has(path) ? pid : undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' ? undefined : pid;
  }
  const now = await bornAt(pid);
  return born && now && born !== now ? undefined : pid;
}

/** The boot of the machine in which a process began, and when in it; empty where that can't be known, but on Linux it can. */
async function bornAt(pid: number): Promise<string> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name of the program comes before, in brackets, and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${boot.trim()}:${fields[STARTED]}`;
  } catch {
    return '';
  }
}

/** `starttime` of proc(5), counted from the state on. */
const STARTED = 19;
