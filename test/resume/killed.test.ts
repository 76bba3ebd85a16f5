import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ARGUMENTS, blackout, endedIn, toldIn, workplace } from './command.ts';

let at: Awaited<ReturnType<typeof workplace>>;
let whole: Awaited<ReturnType<typeof toldIn>>;

beforeAll(async () => {
  at = await workplace();
  expect(await blackout(at, [...ARGUMENTS, '--output', 'whole'])).toMatchObject({ exitCode: 1 });
  whole = await toldIn(join(at.place, 'whole'));
});

afterAll(async () => await rm(at.place, { recursive: true }));

/** By what happens then, from the first job to the last, which end in the order of the list or nearly so. */
const MOMENTS = ['early:run:1', 'early:recover:8', 'one:check:1', 'two:recover:5', 'unsynced:check:2'];

describe('a run that is killed', () => {
  for (const [i, moment] of MOMENTS.entries()) {
    it(`at ${moment} is gone on with, and comes to what it would have`, async () => {
      const output = join(at.place, `killed-${i}`);
      const killed = await blackout(at, [...ARGUMENTS, '--output', output], `${moment}:KILL`);
      expect(killed.signal).toBe('SIGKILL');
      // The lock is still there, and its process is not.
      expect(await readdir(output)).toContain('.blackout-lock');
      const before = await endedIn(output);
      expect(before.length).toBeLessThan(8);
      const resumed = await blackout(at, ['run', '--resume', output, '--reporter', 'json']);
      expect(resumed.exitCode).toBe(1);
      expect(resumed.stderr).toContain(
        `${before.length} of its 8 runs had ended, ${8 - before.length} to go`,
      );
      expect(await toldIn(output)).toEqual(whole);
    });
  }

  it('again and again is gone on with again and again, by whoever says the same or nothing', async () => {
    const output = join(at.place, 'again');
    const first = await blackout(at, [...ARGUMENTS, '--output', output], 'early:check:1:KILL');
    expect(first.signal).toBe('SIGKILL');
    let ended = await endedIn(output);
    for (const moment of ['two:recover:1', 'unsynced:check:1']) {
      const killed = await blackout(at, [...ARGUMENTS, '--resume', output], `${moment}:KILL`);
      expect(killed.signal).toBe('SIGKILL');
      const now = await endedIn(output);
      expect(now.slice(0, ended.length)).toEqual(ended);
      ended = now;
    }
    expect(await blackout(at, [...ARGUMENTS, '--resume', output])).toMatchObject({ exitCode: 1 });
    expect(await toldIn(output)).toEqual(whole);
  });

  it('by Ctrl-C ends with what is known, says how to go on, and is gone on with', async () => {
    const output = join(at.place, 'interrupted');
    const interrupted = await blackout(at, [...ARGUMENTS, '--output', output], 'one:run:1:INT');
    expect(interrupted.exitCode).toBe(130);
    expect(interrupted.stderr).toContain(`to go on with it: npx blackout run --resume ${output}`);
    expect(await toldIn(output)).not.toEqual(whole);
    expect(await blackout(at, ['run', '--resume', output, '--reporter', 'json'])).toMatchObject({
      exitCode: 1,
    });
    expect(await toldIn(output)).toEqual(whole);
  });

  it('before its first record was on the disk leaves nothing to go on with, and that is said in one line', async () => {
    const output = join(at.place, 'whole');
    const log = await readFile(join(output, 'events.jsonl'));
    const folder = join(at.place, 'not-begun');
    await mkdir(folder);
    await writeFile(join(folder, 'events.jsonl'), log.subarray(0, 100));
    const resumed = await blackout(at, ['run', '--resume', folder]);
    expect(resumed).toMatchObject({ exitCode: 254 });
    expect(resumed.stderr).toMatch(/^blackout: --resume .*: its events.jsonl is no log of a run: .*$/);
  });
});
