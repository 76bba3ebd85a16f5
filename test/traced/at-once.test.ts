import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  DEFAULTS,
  Explorer,
  findModel,
  traced,
  type Exploration,
  type TracedDefinition,
} from '../../harness/index.ts';
import { apart } from '../../harness/trace/apart.ts';
import { Folder } from '../../harness/trace/folder.ts';
import { ignoring } from '../../harness/trace/ignored.ts';
import { missing, PYTHON } from './programs.ts';
import { recovery } from './random-script.ts';

const WITHOUT = missing('strace', PYTHON) ?? (await withoutPlaces());

/** Not every machine lets a user have namespaces. Then one recovery runs after the other, and there is nothing to see. */
async function withoutPlaces(): Promise<string | undefined> {
  const [one, other] = [new Folder('disk', ignoring([])), new Folder('disk', ignoring([]))];
  const place = await apart(one.place, other.place);
  place?.leave();
  for (const each of [one, other]) each.remove();
  return place ? undefined : ' (skipped: there are no namespaces for users here)';
}

const sh = (...lines: readonly string[]): readonly string[] => ['sh', '-ec', lines.join('\n')];

async function explored(
  definition: Partial<TracedDefinition>,
  atOnce: number,
  bail = Infinity,
): Promise<Exploration> {
  const scenario = traced({ name: 'it', dir: 'disk', run: sh(), check: sh('true'), ...definition });
  const options = { ...DEFAULTS, tier: 'bounded', t: 1, depth: 1, bail, atOnce } as const;
  return await new Explorer(scenario, findModel('posix')!, options).explore();
}

/** All that a run says of its states, in its order. */
function told({ nodes, counts, graph, stopped }: Exploration): unknown {
  const states = nodes.map(({ key, depth, at, recoveryOps, verdict }) => ({
    key,
    depth,
    at,
    recoveryOps,
    verdict,
  }));
  return { states, counts, configurations: graph.configurations, stopped };
}

const WRITES = sh('echo 1 > disk/a', 'echo acknowledged: a', 'mv disk/a disk/c', 'mkdir disk/d/e');

describe.skipIf(WITHOUT)(`recoveries that run at the same time${WITHOUT ?? ''}`, () => {
  let shared = '';
  beforeAll(() => void (shared = mkdtempSync(join(tmpdir(), 'blackout-at-once-'))));
  afterAll(() => rmSync(shared, { recursive: true }));

  it('lead to the same states, verdicts, counts and order, however many there are', async () => {
    const check = sh(
      'rm -rf disk/d/e; [ "$(cat disk/said)" = "$(cat disk/d/said 2>/dev/null)" ] || { ls -R disk; cat disk/said; exit 1; }',
    );
    await fc.assert(
      fc.asyncProperty(recovery, async (text) => {
        const setup = sh('mkdir disk/d; echo > disk/said');
        const definition = { setup, run: WRITES, check, recover: [PYTHON, '-c', text] };
        const one = await explored(definition, 1);
        expect(one.counts.states).toBeGreaterThan(5);
        for (const atOnce of [2, 3]) expect(told(await explored(definition, atOnce))).toEqual(told(one));
        expect(told(await explored(definition, 3, 1))).toEqual(told(await explored(definition, 1, 1)));
      }),
      { numRuns: 1, endOnFailure: true },
    );
  });

  it('part, to whoever compares them so, where a recovery leans on what lies beside the disk', async () => {
    // Which number it has depends on how many ran in that folder before.
    const recover = sh(
      'sleep 0.1',
      'echo >> count',
      '[ $(( $(wc -l < count) % 3 )) -ne 0 ] || mkdir -p disk/d/third',
    );
    const definition = { setup: sh('mkdir disk/d'), run: WRITES, recover, recoverEach: true };
    expect(told(await explored(definition, 3))).not.toEqual(told(await explored(definition, 1)));
  });

  /** Two that are there at the same time leave a sign of it. */
  const meets = (place: string) =>
    sh(
      `here=${place}/$$; : > "$here"`,
      `for look in 1 2 3 4 5 6 7 8; do [ $(ls ${place} | grep -c '^[0-9]') -lt 2 ] || : > ${place}/met; [ -e ${place}/met ] && break; sleep 0.1; done`,
      'rm "$here"',
    );

  it('do run at the same time, if they may', async () => {
    for (const [atOnce, allowed, met] of [
      [3, undefined, true],
      [1, undefined, false],
      [3, 1, false],
    ] as const) {
      const place = mkdtempSync(join(shared, 'place-'));
      const run = sh('echo 1 > disk/1; mkdir disk/2');
      await explored({ run, check: meets(place), ...(allowed ? { atOnce: allowed } : {}) }, atOnce);
      expect(existsSync(join(place, 'met'))).toBe(met);
      expect(readdirSync(place).filter((name) => name !== 'met')).toEqual([]);
    }
  });

  it('find all that lies beside the disk by the same path, and every port free', async () => {
    const listens = `import os,socket,time
s = socket.socket(); s.bind(('127.0.0.1', 45321)); s.listen(); time.sleep(0.05)
assert open(open('config').read().strip() + '/here').read() == open('disk/here').read()
assert os.getcwd() == os.path.dirname(open('config').read().strip())`;
    const check = sh(`${PYTHON} -c "$0" || { echo it fails; exit 1; }`).concat(listens);
    const definition = {
      setup: sh('echo "$PWD/disk" > config', 'echo 0 > disk/here'),
      run: sh('echo 1 > disk/new; sync disk/new; mv disk/new disk/here; mkdir disk/other'),
      recover: [PYTHON, '-c', listens],
      check,
    };
    const found = await explored(definition, 3);
    expect(found.failures.map(({ verdict }) => verdict)).toEqual([]);
    expect(told(found)).toEqual(told(await explored(definition, 1)));
  });

  it('are ended, and nothing waits for them, when the first that fails ends it all', async () => {
    const place = mkdtempSync(join(shared, 'place-'));
    // All that come beside the first would take a minute.
    const check = sh(
      `echo $$ > ${place}/$$`,
      '[ $(ls disk | wc -l) -gt 0 ] && exec sleep 60',
      'echo broken; exit 1',
    );
    const found = await explored({ run: sh('echo 1 > disk/1', 'mkdir disk/2'), check }, 3, 1);
    expect([found.stopped, found.failures.length]).toEqual(['bail', 1]);
    for (const pid of readdirSync(place)) await vi.waitUntil(() => !isAlive(Number(pid)), 30_000);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
