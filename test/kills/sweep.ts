import { rm } from 'node:fs/promises';
import { expect } from 'vitest';
import { differences } from './differences.ts';
import { AFTER_BACKUP, isSync, type KilledBackup } from './killed-backup.ts';
import { readTree } from './real-tree.ts';
import type { Where } from './way.ts';

/** How many kills there are if not all are asked for, the first and the last operation among them. */
const SAMPLES = 12;
/** How many go on at once: each of them waits for the disk half of its time. */
const AT_A_TIME = 3;
/** Of how many kills the way back is gone in processes of its own. */
const IN_PROCESSES = 4;

/** Backs up to the end, and expects the operations and the disk of the simulation. */
export async function expectUncut(backup: KilledBackup): Promise<void> {
  const { ops } = backup.simulation;
  const disk = await backup.freshDisk();
  try {
    const ran = await backup.backUp(disk);
    expect(ran).toMatchObject({ exitCode: 0, stderr: '', told: true });
    expect(ran.ops).toEqual(ops);
    const { killed, acknowledged } = await backup.simulation.killedAfter(ops.length);
    expect(differences(await readTree(disk), killed)).toEqual([]);
    expect(acknowledged).toEqual([expect.stringMatching(/^0000003 /)]);
    expect(await backup.storeProblems(disk, acknowledged, AFTER_BACKUP)).toEqual([]);
  } finally {
    await rm(disk, { recursive: true });
  }
}

/** Expects that no two kills leave the same disk, unless it is a sync that lies between them. */
export async function expectEachSeen({ simulation }: KilledBackup): Promise<void> {
  let before = await simulation.killedAfter(0);
  for (const [i, line] of simulation.ops.entries()) {
    const after = await simulation.killedAfter(i + 1);
    const isSame = differences(after.killed, before.killed).length === 0;
    expect(isSame, `${i + 1}: ${line}`).toBe(isSync(line));
    before = after;
  }
}

/** Kills one operation later than simulated, and expects that this is seen. */
export async function expectLaterKillSeen(backup: KilledBackup): Promise<void> {
  const { ops } = backup.simulation;
  const rename = ops.findIndex((line) => line.startsWith('rename ')) + 1;
  const disk = await backup.freshDisk();
  try {
    await backup.backUp(disk, rename);
    const { killed } = await backup.simulation.killedAfter(rename - 1);
    expect(differences(await readTree(disk), killed)).toEqual([
      '/store/c1/working is missing',
      '/store/c1/finishing should not be there',
    ]);
  } finally {
    await rm(disk, { recursive: true });
  }
}

/** Kills after some operations, all of them with CI or BLACKOUT_ALL_KILLS, and fails with all that is wrong. */
export async function sweep(backup: KilledBackup, file: string): Promise<void> {
  const { CI: ci, BLACKOUT_ALL_KILLS: all } = process.env;
  await killAfter(backup, file, ci || all ? 'all' : SAMPLES);
}

/** The same for so many operations; only for one with BLACKOUT_KILL_AFTER. */
export async function killAfter(backup: KilledBackup, file: string, number: number | 'all'): Promise<void> {
  const { ops } = backup.simulation;
  const problems: string[] = [];
  await sideBySide([...kills(ops.length, backup.start, number)], async ([after, where]) => {
    const op = after + backup.start;
    const found = await backup.problemsAfter(op, where).catch((error: unknown) => [String(error)]);
    if (found.length === 0) return;
    const alone = `again: BLACKOUT_KILL_AFTER=${op} npx vitest run ${file}`;
    problems.push([`killed after op ${op}, ${ops[op - 1]} (${alone}):`, ...found].join('\n  '));
  });
  if (problems.length > 0) expect.fail(problems.join('\n'));
}

/** The operations to kill after, counted from the first of them, and where the way back from each is gone. */
function kills(length: number, start: number, number: number | 'all'): Map<number, Where> {
  const { BLACKOUT_KILL_AFTER: only } = process.env;
  if (only) return new Map([[Number(only) - start, 'in processes']]);
  const last = length - start;
  const chosen = spread(last, number === 'all' ? last : number);
  const apart = new Set(spread(chosen.length, IN_PROCESSES));
  return new Map(chosen.map((op, i) => [op, apart.has(i + 1) ? 'in processes' : 'here']));
}

/** So many of the numbers from 1 to `last`, evenly, the first and the last among them. */
function spread(last: number, number: number): number[] {
  return Array.from({ length: number }, (_, i) => 1 + Math.round((i * (last - 1)) / (number - 1)));
}

async function sideBySide<T>(items: readonly T[], action: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const work = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await action(item);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
}
