import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Image } from '../image/image.ts';
import { type Command, command } from '../testing/commands.ts';
import { closeAll, newSubject, runCommand, type Subject } from '../testing/run-command.ts';
import { realDisk, simulatedDisk } from '../testing/sync-disk.ts';
import { makePlayground, type Playground } from '../testing/temp-dir.ts';
import { treeText } from '../testing/tree-text.ts';
import { Core } from './core.ts';

/**
 * Why this test? Every mistake in the simulated disk is a bug report about an innocent program, or a bug that nobody
 * hears of. So it must not be checked against what its author believes a disk does, but against a disk.
 */
const LONG = process.env['BLACKOUT_LONG'] === '1';
const SEQUENCE_LENGTH_MAX = 160;
const RUNS = LONG ? 26_000 : 1_400;

let playground: Playground;
let umask: number;

beforeAll(() => {
  playground = makePlayground();
  umask = process.umask(0o022);
});

afterAll(() => {
  process.umask(umask);
  playground.remove();
});

function simulated(root: string): { core: Core; subject: Subject } {
  const core = new Core(Image.empty());
  core.mkdirp(root);
  return { core, subject: newSubject(simulatedDisk(core), root) };
}

/** Runs the commands on both disks; returns how many ran, or throws at the first that differs. */
function compare(commands: readonly Command[]): number {
  playground.reset();
  const { subject } = simulated(playground.root);
  const real = newSubject(realDisk, playground.root);
  try {
    for (const [index, step] of commands.entries()) {
      const expected = runCommand(real, step);
      const actual = runCommand(subject, step);
      if (actual !== expected) expect.fail(difference(index, step, actual, expected));
    }
    expect(treeText(subject.disk, playground.top)).toEqual(treeText(real.disk, playground.top));
    return commands.length;
  } finally {
    closeAll(real);
  }
}

function difference(index: number, step: Command, actual: string, expected: string): string {
  return `command ${index} ${JSON.stringify(step)}\n  simulated: ${actual}\n  real:      ${expected}`;
}

describe.skipIf(process.platform !== 'linux')('the core against a real disk', () => {
  it(
    'answers every command like a real disk, and leaves the same tree',
    () => {
      let count = 0;
      fc.assert(
        fc.property(
          fc.array(command, { minLength: 1, maxLength: SEQUENCE_LENGTH_MAX, size: 'max' }),
          (commands) => {
            count += compare(commands);
          },
        ),
        {
          numRuns: RUNS,

          interruptAfterTimeLimit: LONG ? 3_600_000 : 90_000,
          markInterruptAsFailure: true,
        },
      );
      expect(count).toBeGreaterThanOrEqual(LONG ? 2_000_000 : 100_000);
    },
    LONG ? 3_700_000 : 100_000,
  );
});
