import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEFAULTS,
  Explorer,
  findModel,
  traced,
  type Exploration,
  type TracedDefinition,
} from '../../harness/index.ts';
import { missing, PYTHON } from './programs.ts';
import { recovery } from './random-script.ts';

const WITHOUT = missing('strace', PYTHON);

const sh = (...lines: readonly string[]): readonly string[] => ['sh', '-ec', lines.join('\n')];

async function explored(definition: Partial<TracedDefinition>, model = 'posix'): Promise<Exploration> {
  const scenario = traced({ name: 'it', dir: 'disk', run: sh(), check: sh('true'), ...definition });
  const options = { ...DEFAULTS, tier: 'bounded', t: 1, depth: 1, bail: Infinity } as const;
  return await new Explorer(scenario, findModel(model)!, options).explore();
}

/** All that a run says of its states, in its order. */
function told({ nodes, counts }: Exploration): unknown {
  const states = nodes.map(({ key, depth, recoveryOps, verdict }) => ({ key, depth, recoveryOps, verdict }));
  return { states, counts };
}

describe.skipIf(WITHOUT)(`recoveries that are not run again${WITHOUT ?? ''}`, () => {
  const run = sh('echo 1 > disk/a', 'echo 2 > disk/b', 'mv disk/b disk/c', 'rm disk/a', 'mkdir disk/d/e');
  // What is wrong depends on what recovery did, not on what it found: no two courses must be mistaken for one another.
  const check = sh(
    '[ "$(cat disk/said)" = "$(cat disk/d/said 2>/dev/null)" ] || { ls -R disk; cat disk/said; exit 1; }',
  );

  it('lead to the same states and the same verdicts, in the same order', async () => {
    await fc.assert(
      fc.asyncProperty(recovery, async (text) => {
        const definition = {
          setup: sh('mkdir disk/d; echo > disk/said'),
          run,
          check,
          recover: [PYTHON, '-c', text],
        };
        const once = await explored(definition);
        expect(once.counts.states).toBeGreaterThan(5);
        expect(told(once)).toEqual(told(await explored({ ...definition, recoverEach: true })));
      }),
      { numRuns: 3, endOnFailure: true },
    );
  });

  it('part, to whoever compares them so, where a recovery does not do the same on the same disk', async () => {
    const recover = [PYTHON, '-c', `import os\nfor n in range(os.getpid() % 97): os.mkdir(f'disk/{n}')`];
    const definition = { run: sh('echo 1 > disk/a'), recover };
    expect(told(await explored(definition))).not.toEqual(
      told(await explored({ ...definition, recoverEach: true })),
    );
  });
});

describe.skipIf(WITHOUT)(`a recorded program on several file systems${WITHOUT ?? ''}`, () => {
  const definition = (...lines: readonly string[]) => ({
    setup: sh('mkdir disk/wal', 'echo 1 > disk/f'),
    run: sh(...lines),
  });

  it('is followed as long as it asks nothing of them that one would grant and two would not', async () => {
    const found = await explored(
      definition('echo 2 > disk/wal/f', 'sync disk/wal/f', 'mv disk/wal/f disk/wal/g'),
      'ext4@/wal=posix',
    );
    expect([found.failures, found.counts.states > 3]).toEqual([[], true]);
  });

  it('is unknown when a name moves from one to another, which it would not there', async () => {
    const moved = definition('mv disk/f disk/wal/f');
    const why =
      /rename(?:at2)? leads from one file system to another, which is refused there; on this machine the disk is one/;
    await expect(explored(moved, 'ext4@/wal=posix')).rejects.toThrow(why);
    const recovery = await explored(
      { ...definition('echo 2 > disk/f'), recover: moved.run },
      'ext4@/wal=posix',
    );
    expect(recovery.failures[0]!.verdict).toMatchObject({
      outcome: 'unknown',
      findings: [{ message: expect.stringMatching(why) as unknown }],
    });
  });
});
