import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backUpWith, jiggleOn, wrongInStore } from './jiggle-on.ts';
import { CALLS, KilledBurp } from './killed-burp.ts';
import { titled, whyNoBurp, whyNoStrace } from './tools.ts';

const reason = whyNoBurp() ?? whyNoStrace();

/** `JIGGLE_LONG=1` kills before each call of every kind, which takes an hour; else some are taken. */
const isLong = Boolean(process.env['JIGGLE_LONG']);

const sweeps = isLong
  ? (['delete', 'resume'] as const).flatMap((recovery) =>
      CALLS.map((call) => ({ recovery, call, first: 1, step: 1 })),
    )
  : ([
      { recovery: 'delete', call: 'rename', first: 3, step: 5 },
      { recovery: 'delete', call: 'unlink', first: 2, step: 17 },
      { recovery: 'resume', call: 'write', first: 60, step: 14 },
    ] as const);

describe.skipIf(reason)(titled('an incremental backup of the real Burp, killed', reason), () => {
  let place: string;
  let killed: KilledBurp;
  beforeAll(async () => {
    place = await realpath(await mkdtemp(join(tmpdir(), 'interop-')));
    killed = await KilledBurp.prepare(place);
  });
  afterAll(() => rm(place, { recursive: true, force: true }));

  it.each(sweeps)(
    'comes back under jiggle from every one of these moments, and loses nothing ($recovery, $call)',
    { timeout: 7_200_000 },
    async ({ recovery, call, first, step }) => {
      const { burp } = killed;
      await burp.configure({ server: { working_dir_recovery_method: recovery } });
      // The next backup finds what the killed one found.
      const wanted = new Map([...killed.wanted, [4, killed.wanted.get(3)!]]);
      const seen = { received: 0, partial: 0 };
      for (let n = first; ; n += step) {
        const wasKilled = await killed.killBefore(call, n);
        const received = await killed.wasReceived();
        const before = `killed before ${call} ${n}`;
        const { store, warnings } = await jiggleOn(burp, { recovery });
        await store.recover();
        const numbers = (await store.list()).map(({ number }) => number);
        expect(numbers, before).toEqual(received ? [1, 2, 3] : [1, 2]);
        expect(await wrongInStore(store, burp, wanted), before).toEqual([]);
        await backUpWith(store, burp);
        expect(await wrongInStore(store, burp, wanted), before).toEqual([]);
        expect(warnings, before).toEqual([]);
        expect(await store.unfinished(), before).toEqual([]);
        if (!wasKilled) break;
        seen[received ? 'received' : 'partial']++;
      }
      if (isLong)
        console.log(`${recovery}, ${call}: ${seen.partial} before all was received, ${seen.received} after`);
      else expect(seen.received).toBeGreaterThan(0);
    },
  );
});
