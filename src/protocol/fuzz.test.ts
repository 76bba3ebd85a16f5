import * as nodeFs from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unsynced } from '../testing/temporary-store.ts';
import { type Guarded, guarded } from './testing/guarded-fs.ts';
import { Dice, mutated, wholeFrames } from './testing/mutate.ts';
import { play } from './testing/play.ts';
import { readTranscripts } from './testing/transcript.ts';
import { World, trusted } from './testing/world.ts';

/** How many mutated frames are played. `JIGGLE_FUZZ_FRAMES=1000000` makes the large run. */
const FRAMES = Number(process.env['JIGGLE_FUZZ_FRAMES'] ?? 5_000);
const SEED = Number(process.env['JIGGLE_FUZZ_SEED'] ?? 1);
/** No conversation takes this long, in milliseconds, unless it hangs. */
const HANGS = 30_000;
const LARGEST = 20_000;
/** More frames than this are not only a greeting and an action. */
const MANY = 35;

/** Client halves that are short enough to be played thousands of times. */
function corpus() {
  const names = readdirSync(new URL('./testdata', import.meta.url)).filter((name) =>
    name.endsWith('.frames'),
  );
  const halves = names.sort().flatMap((name) => readTranscripts(name.replace('.frames', '')));
  const short = halves
    .filter(({ client }) => client.length < LARGEST)
    .map(({ client }) => wholeFrames(client));
  // Backups have more to say than an action, so they come more often.
  return short.flatMap((frames) =>
    frames.length > MANY ? Array.from({ length: 5 }, () => frames) : [frames],
  );
}

let world: World;
let guard: Guarded;
beforeEach(async () => {
  world = await World.make();
  guard = guarded(unsynced(Infinity).fs, world.directory);
  world.fs = guard.fs;
  for (const name of ['tc', 'tcf', 'tcn', 'tcr', 'tcz', 'tce', 'tcv', 'eio9', 'eio0', 'other'])
    world.clients.set(name, { settings: { recovery: 'resume', entriesPerSync: 2 } });
  world.clients.set('tcv', { superClients: ['tcr'], hardQuota: 1_000_000, includes: ['include = /'] });
});
afterEach(async () => {
  await nodeFs.rm(base(), { recursive: true, force: true });
  await world.remove();
});

/** The clients' recorded first backups, so that what comes later is a later backup, a restore, a list. */
async function firstBackups(): Promise<void> {
  await play(world, '03-full-backup', 'tc', '2026-11-23T03:24:47Z');
  await play(world, '06-unchanged-backup', 'tc', '2026-11-23T03:25:23Z');
  await play(world, '13a-killed-in-phase2', 'tcr');
  await play(world, '18d-read-fifo-as-file', 'tcf');
  await play(world, '24a-read-error-midfile-compressed', 'eio9');
  await play(world, '24c-next-backup-full', 'eio9');
  const [{ client } = { client: new Uint8Array() }] = readTranscripts('18d-read-fifo-as-file');
  const asOther = Buffer.from(
    Buffer.from(client).toString('latin1').replace('c0003tcf', 'c0005other'),
    'latin1',
  );
  expect((await world.serve(asOther, trusted('other'))).outcome.result).toBe('done');
  await nodeFs.cp(world.directory, base(), { recursive: true, verbatimSymlinks: true });
}

function base(): string {
  return `${world.directory}.base`;
}

/** A client as it was at first: what the conversations before did to it would make the later ones long or short. */
async function startAfresh(name: string): Promise<void> {
  const root = `${world.directory}/${name}`;
  await nodeFs.rm(root, { recursive: true, force: true });
  await nodeFs.cp(`${base()}/${name}`, root, { recursive: true, verbatimSymlinks: true }).catch(() => {});
}

/** Everything below a directory, with the contents of the files. */
async function everything(directory: string): Promise<string[]> {
  const names = await nodeFs.readdir(directory, { recursive: true });
  const lines = names.sort().map(async (name) => {
    const stat = await nodeFs.lstat(`${directory}/${name}`);
    const content = stat.isFile() ? (await nodeFs.readFile(`${directory}/${name}`)).toString('base64') : '';
    return `${name} ${stat.mode} ${content}`;
  });
  return Promise.all(lines);
}

describe('damaged conversations', () => {
  it('end, leave no file open, touch nothing outside, and harm nobody else', async () => {
    await firstBackups();
    const others = await everything(`${world.directory}/other`);
    const conversations = corpus();
    const results = { done: 0, refused: 0, failed: 0 };
    let seed = SEED;
    for (let played = 0; played < FRAMES; seed++) {
      const dice = new Dice(seed);
      const conversation = dice.pick(conversations);
      const name = conversation[1]!.payload.toString('latin1');
      const { bytes, frames } = mutated(conversation, conversations, dice);
      const { outcome } = await inTime(world.serve(bytes, trusted(name)), seed);
      results[outcome.result]++;
      played += frames;
      const where = `seed ${seed}: ${JSON.stringify(outcome)}`;
      expect(outcome.reason ?? '', where).not.toContain('\n');
      expect(outcome.reason ?? '', where).not.toMatch(/Cannot read|is not a function|undefined/);
      expect(guard.escapes, where).toEqual([]);
      expect(guard.open(), where).toBe(0);
      if (dice.below(8) === 0) await startAfresh(name);
      world.warnings.length = 0;
    }
    expect(await everything(`${world.directory}/other`)).toEqual(others);
    // Nothing would be proved by conversations that all break at their first frame.
    for (const count of Object.values(results)) expect(count).toBeGreaterThan(0);
    if (process.env['JIGGLE_FUZZ_FRAMES']) console.log(`${seed - SEED} conversations`, results, memory());
  }, 7_200_000);

  it('would be seen to write outside', async () => {
    await expect(guard.fs.mkdir(`${world.directory}/a/../../b`)).rejects.toThrow('outside');
    expect(guard.escapes).toHaveLength(1);
  });
});

async function inTime<T>(promise: Promise<T>, seed: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`seed ${seed}: the conversation hangs`)), HANGS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function memory(): string {
  return `${Math.round(process.memoryUsage().rss / 1048576)} MiB resident`;
}
