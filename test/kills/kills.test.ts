import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { differences } from './differences.ts';
import { KilledBackup } from './killed-backup.ts';
import { temporaryDirectory } from './program.ts';
import { readTree } from './real-tree.ts';

/** How many kills there are if not all are asked for, the first and the last operation among them. */
const SAMPLES = 12;
const MINUTE = 60_000;

let place: string;
let backup: KilledBackup;

beforeAll(async () => {
  place = await temporaryDirectory();
  backup = await KilledBackup.prepare(place);
}, 2 * MINUTE);

afterAll(async () => {
  await rm(place, { recursive: true });
});

/** The operations to kill after: all with CI or BLACKOUT_ALL_KILLS, one with BLACKOUT_KILL_AFTER. */
function kills(last: number): number[] {
  const { BLACKOUT_KILL_AFTER: only, BLACKOUT_ALL_KILLS: all, CI: ci } = process.env;
  if (only) return [Number(only)];
  const number = all || ci ? last : SAMPLES;
  return Array.from({ length: number }, (_, i) => 1 + Math.round((i * (last - 1)) / (number - 1)));
}

async function twoAtATime<T>(items: readonly T[], action: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const work = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await action(item);
  };
  await Promise.all([work(), work()]);
}

it('an uncut backup does the simulated operations, and leaves the simulated disk', async () => {
  const { ops } = backup.simulation;
  const disk = await backup.freshDisk();
  try {
    const ran = await backup.backUp(disk);
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    expect(ran.ops).toEqual(ops);
    const { killed } = await backup.simulation.killedAfter(ops.length);
    expect(differences(await readTree(disk), killed)).toEqual([]);
    expect(await backup.storeProblems(disk, [])).toEqual([]);
  } finally {
    await rm(disk, { recursive: true });
  }
});

it(
  'a backup killed after any operation leaves the simulated disk, and the next run comes back from it',
  async () => {
    const { ops } = backup.simulation;
    const problems: string[] = [];
    await twoAtATime(kills(ops.length), async (op) => {
      const alone = `BLACKOUT_KILL_AFTER=${op} npx vitest run test/kills`;
      const found = await backup.problemsAfter(op).catch((error: unknown) => [String(error)]);
      problems.push(...found.map((line) => `killed after op ${op}, ${ops[op - 1]}: ${line} (${alone})`));
    });
    expect(problems).toEqual([]);
  },
  15 * MINUTE,
);
