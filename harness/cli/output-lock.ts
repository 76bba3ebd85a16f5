import { open, readFile, rm } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/** Beside the reports while somebody writes them; holds the number of the process. */
const LOCK = '.blackout-lock';

/** Folders that this process writes to, by the path of their lock. */
const mine = new Set<string>();

/** Somebody writes to a report folder already. */
export class Occupied extends Error {
  override name = 'Occupied';
}

/**
 * Sees to it that one command at a time writes to a report folder: of two that write in turns, the later verdict stands
 * beside the events of the other. A lock whose process is gone is taken over.
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
  try {
    const file = await open(path, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The process that holds a lock; undefined if it is gone. */
async function holderOf(path: string): Promise<number | undefined> {
  const pid = Number(await readFile(path, 'utf8').catch(() => ''));
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  if (pid === process.pid) return mine.has(path) ? pid : undefined;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' ? undefined : pid;
  }
}
