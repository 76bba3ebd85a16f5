import * as fc from 'fast-check';
import { Core } from '../../disk/core/core.ts';
import type { Facade } from '../../disk/facade/facade.ts';
import { Image } from '../../disk/image/image.ts';
import {
  anyDraft,
  dataDraft,
  bootDisk,
  boots,
  lifeOf,
  settleAmong,
  survey,
  take,
  type Draft,
  type Step,
} from '../../persistence/testing/steps.ts';
import { broken, scenario, type Disk, type Life, type Scenario } from '../../programs/scenario.ts';

/** What a random recovery does besides its steps. */
interface Manner {
  /** Throws where this path exists. */
  readonly throwsAt: string | undefined;
  /** Promises something after its steps. */
  readonly promises: boolean;
}

/** A step of a program, or a promise in the middle of it. */
type Act = Step | { readonly call: 'acknowledge'; readonly what: string };

/** How strict a random check is: of so many trees, one is broken; 0 accepts all. */
export const strictness = fc.constantFrom(0, 3, 7);

const manner: fc.Arbitrary<Manner> = fc.record({
  throwsAt: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, fc.constantFrom('/a', '/d/b')),
  promises: fc.boolean(),
});

/**
 * Small random programs: a boot disk, a run with promises in the middle, a recovery that does some random things, and
 * a check that finds fault with one of so many trees, for no reason but always the same ones.
 */
export const randomScenario: fc.Arbitrary<Scenario> = scenarios(manner, strictness);

/** Like `randomScenario`, but recovery doesn't throw, and the check finds no fault. */
export const tameScenario: fc.Arbitrary<Scenario> = scenarios(
  fc.constant({ throwsAt: undefined, promises: false }),
  fc.constant(0),
);

/**
 * Programs whose recovery does something on whatever disk it finds, the same things whenever it finds the same, and
 * may promise to keep what it found. What a killed life left pending is then mixed with what the next one does.
 */
export const livelyScenario: fc.Arbitrary<Scenario> = fc
  .record({
    boot: fc.constantFrom(...Object.keys(boots)),
    run: fc.array(anyDraft, { minLength: 2, maxLength: 5, size: 'max' }),
    recover: fc.array(dataDraft, { minLength: 1, maxLength: 2, size: 'max' }),
    promiseAfter: fc.nat({ max: 5 }),
    serves: fc.boolean(),
    oneIn: strictness,
  })
  .map(({ boot, run, recover, promiseAfter, serves, oneIn }) => {
    const start = boots[boot]!;
    const acts = (stepsOn(bootDisk(start), run) as readonly Act[]).toSpliced(promiseAfter, 0, {
      call: 'acknowledge',
      what: 'half',
    });
    const text = JSON.stringify({ start, acts, recover, serves, oneIn });
    return Object.assign(
      scenario({
        name: 'lively',
        setup: async (life) => await perform(life, start),
        run: async (life) => await perform(life, acts),
        recover: async (life) => {
          if (serves) life.acknowledge(`${survey(await pathsOf(life.fs, '/')).files.length} files`);
          for (const draft of recover) {
            const step = settleAmong(survey(await pathsOf(life.fs, '/')), draft);
            if (step) await perform(life, [step]);
          }
        },
        check: async (disk, acknowledged) => await judge(disk, acknowledged, oneIn),
      }),
      { toString: () => text },
    );
  });

/**
 * Programs like those, some of which stop where a call fails with EIO; the others go on as if nothing had happened. All
 * stop where they can't look.
 */
export const failingScenario: fc.Arbitrary<Scenario> = fc
  .record({
    boot: fc.constantFrom(...Object.keys(boots)),
    run: fc.array(anyDraft, { minLength: 2, maxLength: 4, size: 'max' }),
    recover: dataDraft,
    promiseAfter: fc.nat({ max: 4 }),
    stops: fc.boolean(),
    oneIn: strictness,
  })
  .map(({ boot, run, recover, promiseAfter, stops, oneIn }) => {
    const start = boots[boot]!;
    const acts = (stepsOn(bootDisk(start), run) as readonly Act[]).toSpliced(promiseAfter, 0, {
      call: 'acknowledge',
      what: 'half',
    });
    const text = JSON.stringify({ start, acts, recover, stops, oneIn });
    return Object.assign(
      scenario({
        name: 'failing',
        setup: async (life) => await perform(life, start),
        run: async (life) => await perform(life, acts, stops),
        recover: async (life) => {
          const step = settleAmong(survey(await pathsOf(life.fs, '/')), recover);
          if (step) await perform(life, [step], stops);
        },
        check: async (disk, acknowledged) => await judge(disk, acknowledged, oneIn),
      }),
      { toString: () => text },
    );
  });

async function pathsOf(fs: Facade, directory: string): Promise<{ path: string; directory: boolean }[]> {
  const paths: { path: string; directory: boolean }[] = [];
  for (const name of await fs.readdir(directory)) {
    const path = directory === '/' ? `/${name}` : `${directory}/${name}`;
    const isDirectory = (await fs.lstat(path)).isDirectory();
    paths.push({ path, directory: isDirectory });
    if (isDirectory) paths.push(...(await pathsOf(fs, path)));
  }
  return paths;
}

function scenarios(how: fc.Arbitrary<Manner>, oneIn: fc.Arbitrary<number>): fc.Arbitrary<Scenario> {
  const parts = fc.record({
    boot: fc.constantFrom(...Object.keys(boots)),
    run: fc.array(anyDraft, { minLength: 3, maxLength: 7, size: 'max' }),
    recover: fc.array(anyDraft, { maxLength: 3, size: 'max' }),
    promiseAfter: fc.nat({ max: 7 }),
    how,
    oneIn,
  });
  return parts.map(({ boot, run, recover, promiseAfter, how, oneIn }) => {
    const start = boots[boot]!;
    const steps = stepsOn(bootDisk(start), run);
    const acts = (steps as readonly Act[]).toSpliced(promiseAfter, 0, { call: 'acknowledge', what: 'half' });
    // Recovery works on what the run leaves if all survives; on other disks, some of its steps will be refused.
    const repairs = stepsOn(afterwards(bootDisk(start), steps), recover);
    const text = JSON.stringify({ start, acts, repairs, how, oneIn });
    return Object.assign(
      scenario({
        name: 'random',
        setup: async (life) => await perform(life, start),
        run: async (life) => await perform(life, acts),
        recover: async (life) => await recoverBy(life, repairs, how),
        check: async (disk, acknowledged) => await judge(disk, acknowledged, oneIn),
      }),
      { toString: () => text },
    );
  });
}

/** What can be done of some drafts on a disk. */
export function stepsOn(disk: Image, drafts: readonly Draft[]): readonly Step[] {
  const core = new Core(disk.fork());
  return drafts.flatMap((draft) => take(core, draft));
}

/** The disk after some steps. */
export function afterwards(disk: Image, steps: readonly Step[]): Image {
  const image = disk.fork();
  for (const { birth, changes } of lifeOf(steps, disk).ops) {
    if (birth) image.add(birth.ino, birth.inode);
    for (const change of changes) image.apply(change);
  }
  return image;
}

async function recoverBy(
  life: Life,
  repairs: readonly Step[],
  { throwsAt, promises }: Manner,
): Promise<void> {
  await perform(life, repairs);
  if (throwsAt !== undefined && (await exists(life.fs, throwsAt)))
    throw new Error(`${throwsAt} is in the way`);
  if (promises && (await exists(life.fs, '/b'))) life.acknowledge('b');
}

/**
 * Does the steps; what the disk refuses is left out.
 *
 * @param stops where a call fails with EIO, which no call here does by itself
 */
export async function perform(life: Life, acts: readonly Act[], stops = false): Promise<void> {
  for (const act of acts) {
    try {
      if (act.call === 'acknowledge') life.acknowledge(act.what);
      else await performStep(life.fs, act);
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === undefined || (stops && code === 'EIO')) throw error;
    }
  }
}

async function performStep(fs: Facade, step: Step): Promise<void> {
  switch (step.call) {
    case 'create':
      return await (await fs.open(step.path, 'wx')).close();
    case 'mkdir':
      await fs.mkdir(step.path);
      return;
    case 'rmdir':
    case 'unlink':
      return await fs[step.call](step.path);
    case 'rename':
    case 'link':
      return await fs[step.call](step.path, step.to);
    case 'symlink':
      return await fs.symlink(step.to, step.path);
    case 'truncate':
      return await fs.truncate(step.path, step.size);
    case 'chmod':
      return await fs.chmod(step.path, step.mode);
    case 'write': {
      const { byte, offset, length } = step.data;
      const data = new Uint8Array(length).fill(byte);
      return await withHandle(fs, step.path, step.flags, async (handle) => {
        await handle.write(data, 0, length, offset);
      });
    }
    case 'fsync':
      return await withHandle(fs, step.path, 'r', async (handle) => await handle.sync());
    case 'fdatasync':
      return await withHandle(fs, step.path, 'r', async (handle) => await handle.datasync());
    default:
      return undefined; // The facade has no sync(2), and nothing is held open here.
  }
}

async function withHandle(
  fs: Facade,
  path: string,
  flags: string | number,
  body: (handle: Awaited<ReturnType<Facade['open']>>) => Promise<void>,
): Promise<void> {
  const handle = await fs.open(path, flags);
  try {
    await body(handle);
  } finally {
    await handle.close();
  }
}

async function exists(fs: Facade, path: string): Promise<boolean> {
  return await fs.lstat(path).then(
    () => true,
    () => false,
  );
}

/** Finds fault with one of `oneIn` trees, by a sum over names and contents; with some of these, it can't even tell. */
export async function judge(
  { fs }: Disk,
  acknowledged: readonly string[],
  oneIn: number,
): Promise<ReturnType<typeof broken> | undefined> {
  if (oneIn === 0) return undefined;
  let sum = acknowledged.length;
  const visit = async (path: string): Promise<void> => {
    for (const name of await fs.readdir(path === '' ? '/' : path)) {
      const at = `${path}/${name}`;
      const stat = await fs.lstat(at);
      for (const unit of `${at} ${stat.mode} ${stat.size}`)
        sum = (sum * 31 + unit.codePointAt(0)!) % 1_000_003;
      if (stat.isFile()) for (const byte of await fs.readFile(at)) sum = (sum * 31 + byte) % 1_000_003;
      if (stat.isDirectory()) await visit(at);
    }
  };
  await visit('');
  if (sum % oneIn !== 0) return undefined;
  if (sum % 5 === 0) throw new Error('the check has lost its way');
  return broken('the sum is not divisible', `it is ${sum}`, sum % 2 === 0 ? 'lost' : 'corrupt');
}
