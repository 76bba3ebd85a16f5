import * as fc from 'fast-check';
import * as realFs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Core } from '../core/core.ts';
import { Image } from '../image/image.ts';
import { type FsCommand, pathCommand, slotCommand } from '../testing/fs-command.ts';
import { asksFor, type Form, FORMS, FsSubject } from '../testing/fs-forms.ts';
import { nodeDisk, realDisk } from '../testing/sync-disk.ts';
import { makePlayground, type Playground } from '../testing/temp-dir.ts';
import { treeText } from '../testing/tree-text.ts';
import { createTestVolume } from '../testing/volume.ts';

/** Sequences a form; the three together ask more than 100,000 commands. `FS_RUNS` looks longer. */
const RUNS = Number(process.env['FS_RUNS'] ?? 800);

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

type Spoil = (fs: typeof realFs) => typeof realFs;

const command = fc.oneof({ weight: 2, arbitrary: pathCommand }, { weight: 1, arbitrary: slotCommand });

interface Compared {
  /** Commands asked, of both. */
  asked: number;
  /** Those that came to something else than an error. */
  answers: number;
}

async function compare(
  form: Form,
  commands: readonly FsCommand[],
  spoil: Spoil = (fs) => fs,
): Promise<Compared> {
  playground.reset();
  const core = new Core(Image.empty());
  core.mkdirp(playground.root);
  const fs = spoil(createTestVolume(core).fs);
  const done: Compared = { asked: 0, answers: 0 };
  const wanted = new FsSubject(realFs, form, playground.root);
  const got = new FsSubject(fs, form, playground.root);
  try {
    for (const step of commands) {
      const [expected, actual] = [await wanted.run(step), await got.run(step)];
      expect(actual, `${form} ${step.call}`).toEqual(expected);
      done.asked++;
      if ('answer' in expected) done.answers++;
      // How much was copied before it failed depends on the order of a directory's entries, which is the disk's.
      else if (step.call === 'cp' && asksFor(step, 'recursive')) return done;
    }
  } finally {
    await Promise.all([wanted.close(), got.close()]);
  }
  expect(treeText(nodeDisk(fs), playground.top)).toEqual(treeText(realDisk, playground.top));
  return done;
}

/** Every result, every error with its code, number, call, paths and words, and the tree in the end. */
describe.skipIf(process.platform !== 'linux')(
  "random commands come to what Node's own fs makes of them",
  () => {
    const sequences = fc.array(command, { minLength: 30, maxLength: 80, size: 'max' });

    it.each(FORMS)('in %s form', async (form) => {
      let [answers, all] = [0, 0];
      await fc.assert(
        fc.asyncProperty(sequences, async (commands) => {
          const done = await compare(form, commands);
          all += done.asked;
          answers += done.answers;
        }),
        { numRuns: RUNS },
      );
      // A suite of errors alone would say little.
      expect(answers).toBeGreaterThan(all / 4);
      expect(all).toBeGreaterThan(RUNS * 42);
    });

    it.each<[string, Spoil]>([
      [
        'whose mkdir ignores modes',
        (fs) => ({ ...fs, mkdirSync: (path: string) => fs.mkdirSync(path) }) as never,
      ],
      [
        'whose rename forgets the second path in its errors',
        (fs) => {
          const renameSync = (from: string, to: string): void => {
            try {
              fs.renameSync(from, to);
            } catch (error) {
              throw Object.assign(error as Error, { dest: undefined });
            }
          };
          return { ...fs, renameSync } as never;
        },
      ],
    ])('and would tell one %s', async (_name, spoil) => {
      const property = fc.asyncProperty(
        sequences,
        async (commands) => void (await compare('sync', commands, spoil)),
      );
      expect((await fc.check(property, { numRuns: 60, endOnFailure: true })).failed).toBe(true);
    });
  },
);
