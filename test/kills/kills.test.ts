import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { differences } from './differences.ts';
import { AFTER_BACKUP, KilledBackup } from './killed-backup.ts';
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
    expect(await backup.storeProblems(disk, [], AFTER_BACKUP)).toEqual([]);
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
      const found = await backup.problemsAfter(op).catch((error: unknown) => [String(error)]);
      if (found.length === 0) return;
      const alone = `again: BLACKOUT_KILL_AFTER=${op} npx vitest run test/kills/kills`;
      problems.push([`killed after op ${op}, ${ops[op - 1]} (${alone}):`, ...found].join('\n  '));
    });
    if (problems.length > 0) expect.fail(problems.join('\n'));
  },
  15 * MINUTE,
);

it('the simulated disk changes with every operation but a sync, so that a kill at another one is noticed', async () => {
  const { ops } = backup.simulation;
  let before = await backup.simulation.killedAfter(0);
  for (const [i, line] of ops.entries()) {
    const after = await backup.simulation.killedAfter(i + 1);
    const isSame = differences(after.killed, before.killed).length === 0;
    expect(isSame, `${i + 1}: ${line}`).toBe(line.startsWith('fsync '));
    before = after;
  }
});

it('a kill one operation later than simulated is noticed', async () => {
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
});

it('a store that has lost a file, a byte or a backup is noticed', async () => {
  const disk = await backup.freshDisk();
  const store = join(disk, 'store/c1');
  const problems = (): Promise<string[]> => backup.storeProblems(disk, ['0000003 and its time'], [[1, 2]]);
  try {
    const lost = 'the client was told that 0000003 and its time is stored, and it is not listed';
    expect(await problems()).toEqual([lost]);
    const files = [...(await readTree(store)).keys()].filter((path) => path.includes('/data/'));
    const data = join(
      store,
      files.find((path) => path.endsWith('/sub/same'))!,
    );
    const content = await readFile(data);
    content[content.length >> 1]! ^= 1;
    await writeFile(data, content);
    expect((await problems()).filter((line) => /^backup [12]: .*same/.test(line))).not.toEqual([]);
    await rm(data);
    expect((await problems()).filter((line) => /^backup [12]: .*same/.test(line))).not.toEqual([]);
    expect(await backup.storeProblems(disk, [], [[2, 3]])).toContain(
      'backups [1, 2] are listed, allowed are [[2,3]]',
    );
  } finally {
    await rm(disk, { recursive: true });
  }
});
