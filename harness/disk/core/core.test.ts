import * as fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Image } from '../image/image.ts';
import { ROOT_INO } from '../image/types.ts';
import { type Command, command } from '../testing/commands.ts';
import { closeAll, newSubject, runCommand, type Subject } from '../testing/run-command.ts';
import { realDisk, simulatedDisk, type SyncDisk } from '../testing/sync-disk.ts';
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

interface Simulated {
  readonly core: Core;
  readonly subject: Subject;
  /** The directories above the playground, which no command may touch. */
  readonly outside: ReadonlySet<number>;
}

function simulated({ root, top }: Playground): Simulated {
  const core = new Core(Image.empty());
  core.mkdirp(top);
  const made = core.journal.ops.map((op) => op.ino);
  core.mkdirp(root);
  return { core, subject: newSubject(simulatedDisk(core), root), outside: new Set([ROOT_INO, ...made]) };
}

/**
 * Stops before the real disk is asked, if the simulated one shows that a command got out of the playground: the other
 * disk is the machine that the test runs on.
 */
function expectInside({ core, outside }: Simulated, since: number): void {
  for (const op of core.journal.ops.slice(since)) {
    const escaped =
      outside.has(op.ino) || op.changes.some((change) => change.type === 'entry' && outside.has(change.dir));
    if (escaped) throw new Error(`the generator must not lead out of the playground: ${JSON.stringify(op)}`);
  }
}

/** Runs the commands on both disks; returns how many ran, or throws at the first that differs. */
function compare(commands: readonly Command[]): number {
  playground.reset();
  const life = simulated(playground);
  const { subject } = life;
  const real = newSubject(realDisk, playground.root);
  try {
    for (const [index, step] of commands.entries()) {
      const since = life.core.journal.length;
      const actual = runCommand(subject, step);
      expectInside(life, since);
      const expected = runCommand(real, step);
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

describe('the guard of the playground', () => {
  it('sees a command that gets out, before the real disk would', () => {
    const life = simulated(playground);
    const since = life.core.journal.length;
    life.subject.disk.symlink('/', `${playground.root}/a`);
    expectInside(life, since);
    life.subject.disk.chmod(`${playground.root}/a`, 0o700);
    expect(() => expectInside(life, since)).toThrow('out of the playground');
  });
});

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

          interruptAfterTimeLimit: LONG ? 3_600_000 : 900_000,
          markInterruptAsFailure: true,
        },
      );
      expect(count).toBeGreaterThanOrEqual(LONG ? 2_000_000 : 100_000);
    },
    LONG ? 3_700_000 : 910_000,
  );
});

/** Mistakes that in-memory file systems make, each planted in a disk that is right otherwise. */
const MISTAKES: [mistake: string, plant: (disk: SyncDisk) => Partial<SyncDisk>][] = [
  [
    'a rename between hard links removes the source',
    (disk) => ({
      rename(from, to) {
        const same = disk.lstat(from).ino === inoAt(disk, to) && from !== to;
        disk.rename(from, to);
        if (same) disk.unlink(from);
      },
    }),
  ],
  [
    'chmod forgets the set-user-ID bits',
    (disk) => ({ chmod: (path, mode) => disk.chmod(path, mode & 0o777) }),
  ],
  [
    'lstat of a symlink shows its target',
    (disk) => ({ lstat: (path) => (existsBehind(disk, path) ? disk.stat(path) : disk.lstat(path)) }),
  ],
  ['O_EXCL is ignored', (disk) => ({ open: (path, flags, mode) => disk.open(path, flags & ~0o200, mode) })],
  [
    'O_APPEND is ignored',
    (disk) => ({ open: (path, flags, mode) => disk.open(path, flags & ~0o2000, mode) }),
  ],
  [
    'a write beyond the end fills the hole with something else',
    (disk) => ({
      write(fd, data, position) {
        const { size } = disk.fstat(fd);
        const count = disk.write(fd, data, position);
        if (position !== null && position > size) disk.write(fd, Uint8Array.of(1), size);
        return count;
      },
    }),
  ],
  ['a truncation only ever shrinks', (disk) => ({ ftruncate: (fd, size) => shrink(disk, fd, size) })],
  ['rmdir takes what is not empty', (disk) => ({ rmdir: (path) => removeDirectory(disk, path) })],
];

function inoAt(disk: SyncDisk, path: string): number | undefined {
  return existsAt(disk, path) ? disk.lstat(path).ino : undefined;
}

function existsAt(disk: SyncDisk, path: string): boolean {
  try {
    disk.lstat(path);
    return true;
  } catch {
    return false;
  }
}

function existsBehind(disk: SyncDisk, path: string): boolean {
  try {
    disk.stat(path);
    return true;
  } catch {
    return false;
  }
}

function shrink(disk: SyncDisk, fd: number, size: number): void {
  disk.ftruncate(fd, Math.min(size, disk.fstat(fd).size));
}

function removeDirectory(disk: SyncDisk, path: string): void {
  if ((disk.lstat(path).mode & 0o170000) === 0o040000) disk.rm(path);
  else disk.rmdir(path);
}

describe.skipIf(process.platform !== 'linux')('the comparison bites', () => {
  it.each(MISTAKES)('when %s', (_mistake, plant) => {
    // A mistaken disk is only ever compared with a right one: on the real one it would say nothing more.
    const found = fc.check(
      fc.property(
        fc.array(command, { minLength: 1, maxLength: SEQUENCE_LENGTH_MAX, size: 'max' }),
        (steps) => {
          const right = simulated(playground).subject;
          const { disk, root } = simulated(playground).subject;
          const wrong = newSubject({ ...disk, ...plant(disk) }, root);
          for (const step of steps) if (runCommand(wrong, step) !== runCommand(right, step)) return false;
          return isDeepStrictEqual(
            treeText(wrong.disk, playground.top),
            treeText(right.disk, playground.top),
          );
        },
      ),
      { numRuns: RUNS, endOnFailure: true },
    );
    expect(found.failed).toBe(true);
  });
});
