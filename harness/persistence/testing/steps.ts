import * as fc from 'fast-check';
import { Core } from '../../disk/core/core.ts';
import { O_APPEND, O_SYNC, O_TRUNC, O_WRONLY } from '../../disk/core/constants.ts';
import type { KernelOptions } from '../../disk/core/kernel.ts';
import { Image } from '../../disk/image/image.ts';
import { listTree } from '../../disk/image/tree.ts';
import type { Op } from '../../disk/journal.ts';
import { runSteps } from './run-steps.ts';
import type { Piece, Step } from './step.ts';

export type { Step } from './step.ts';

/**
 * A step before it is known on what disk it will run: its paths are numbers that choose among what there is then, or
 * among the free names in the directories that there are. Nearly all random steps would fail otherwise.
 */
export interface Draft {
  readonly call: Step['call'];
  readonly first: number;
  readonly second: number;
  readonly data: Piece;
  readonly flags: number;
  readonly mode: number;
  readonly size: number;
}

const NAMES = ['a', 'b', 'c'] as const;

const piece: fc.Arbitrary<Piece> = fc.record({
  byte: fc.constantFrom(0, 0x61, 0x62, 0x63),
  offset: fc.constantFrom(0, 0, 5, 4090, 4096, 5000),
  length: fc.constantFrom(3, 10, 4096, 4100),
});

/** What random lives are made of: a bit of all, mostly directories that move about, or mostly data. */
export type Flavour = 'mixed' | 'moves' | 'data';

function list(calls: string): Step['call'][] {
  return calls.split(' ') as Step['call'][];
}

const CALLS: Readonly<Record<Flavour, readonly Step['call'][]>> = {
  mixed: list(
    'create create mkdir mkdir rmdir unlink unlink rename rename rename link symlink write write write',
  ).concat(list('truncate chmod fsync fsync fsync fdatasync hold writeHeld fsyncHeld sync')),
  moves: ['rename', 'rename', 'rename', 'rename', 'rename', 'fsync', 'fsync', 'create', 'mkdir', 'rmdir'],
  data: [
    'write',
    'write',
    'write',
    'truncate',
    'truncate',
    'fsync',
    'rename',
    'chmod',
    'fdatasync',
    'create',
  ],
};

function draft(flavour: Flavour): fc.Arbitrary<Draft> {
  return fc.record({
    call: fc.constantFrom(...CALLS[flavour]),
    first: fc.nat({ max: 50 }),
    second: fc.nat({ max: 50 }),
    data: piece,
    flags: fc.constantFrom(O_WRONLY, O_WRONLY, O_WRONLY | O_APPEND, O_WRONLY | O_SYNC, O_WRONLY | O_TRUNC),
    mode: fc.constantFrom(0o600, 0o644, 0o755),
    size: fc.constantFrom(0, 3, 4096, 4100, 9000),
  });
}

export const anyDraft: fc.Arbitrary<Draft> = draft('mixed');

/** Steps that make no directories and grow no file without end, so that who repeats them comes back to where it was. */
export const dataDraft: fc.Arbitrary<Draft> = draft('data').map((each) => ({
  ...each,
  flags: each.flags & ~O_APPEND,
}));

/** What there is on a disk, and the names in its directories that are free. */
export interface Survey {
  readonly files: readonly string[];
  /** The root comes first. */
  readonly directories: readonly string[];
  readonly free: readonly string[];
}

/** The step that a draft is on this disk; undefined if there is nothing that it could be about. */
export function settle(disk: Image, each: Draft): Step | undefined {
  const paths = [...listTree(disk)].map(([path, { type }]) => ({ path, directory: type === 'dir' }));
  return settleAmong(survey(paths), each);
}

/** The same, on a disk that somebody else has looked at. */
export function settleAmong(
  { files, directories, free }: Survey,
  { call, first, second, data, flags, mode, size }: Draft,
): Step | undefined {
  const existing = [...files, ...directories.slice(1)];
  const pick = (from: readonly string[], n: number): string | undefined => from[n % from.length];
  const any = ['/', ...existing];
  const nowhere = ['/'];
  const path = {
    create: free,
    mkdir: free,
    symlink: free,
    rmdir: directories.slice(1),
    unlink: files,
    link: files,
    write: files,
    truncate: files,
    rename: existing,
    chmod: existing,
    fsync: any,
    fdatasync: any,
    hold: any,
    writeHeld: nowhere,
    fsyncHeld: nowhere,
    sync: nowhere,
  }[call];
  const at = pick(path, first);
  const to = pick(second % 3 === 0 ? existing : free, second);
  if (at === undefined || to === undefined) return undefined;
  if (call === 'symlink') return { call, path: to, to: at };
  const fields = FIELDS[call] ?? ['path'];
  const all = { path: at, to, data, flags, mode, size };
  // Which fields belong to which call is known to the table, but not to the compiler.
  const step: Record<string, unknown> = Object.fromEntries([
    ['call', call],
    ...fields.map((field) => [field, all[field]]),
  ]);
  return step as object as Step;
}

/** What a call takes, if it is not a path and nothing else. */
const FIELDS: {
  readonly [Call in Step['call']]?: readonly (
    'path' | 'to' | keyof Omit<Draft, 'call' | 'first' | 'second'>
  )[];
} = {
  rename: ['path', 'to'],
  link: ['path', 'to'],
  write: ['path', 'flags', 'data'],
  truncate: ['path', 'size'],
  chmod: ['path', 'mode'],
  writeHeld: ['data'],
  fsyncHeld: [],
  sync: [],
};

/** @param paths all but the root */
export function survey(paths: Iterable<{ readonly path: string; readonly directory: boolean }>): Survey {
  const [files, directories, free]: string[][] = [[], ['/'], []];
  for (const { path, directory } of paths) (directory ? directories : files)!.push(path);
  const taken = new Set([...files!, ...directories!]);
  for (const directory of directories!) {
    const paths = NAMES.map((name) => (directory === '/' ? `/${name}` : `${directory}/${name}`));
    free!.push(...paths.filter((path) => !taken.has(path)));
  }
  return { files: files!, directories: directories!, free: free! };
}

/** Disks to begin with: nothing; a tree with a hard link and a symlink; directories in one another. */
export const boots: Readonly<Record<string, readonly Step[]>> = {
  empty: [],
  tree: [
    { call: 'mkdir', path: '/d' },
    { call: 'create', path: '/d/a' },
    { call: 'write', path: '/d/a', flags: O_WRONLY, data: { byte: 0x6f, offset: 0, length: 5000 } },
    { call: 'link', path: '/d/a', to: '/a' },
    { call: 'symlink', path: 'd/a', to: '/b' },
  ],
  directories: [
    { call: 'mkdir', path: '/a' },
    { call: 'mkdir', path: '/a/b' },
    { call: 'mkdir', path: '/d' },
    { call: 'create', path: '/d/b' },
    { call: 'create', path: '/b' },
  ],
};

/** Disks on which something can be mounted on `/d`: no hard link leads from there to elsewhere. */
export const mountable: typeof boots = {
  directories: boots['directories']!,
  files: [
    { call: 'mkdir', path: '/d' },
    { call: 'create', path: '/d/a' },
    { call: 'write', path: '/d/a', flags: O_WRONLY, data: { byte: 0x6f, offset: 0, length: 5000 } },
    { call: 'link', path: '/d/a', to: '/d/b' },
    { call: 'create', path: '/a' },
    { call: 'symlink', path: '/d/a', to: '/b' },
  ],
};

/** A program's life: the disk that it boots from, and the ops that it got done. */
export interface SmallLife {
  readonly boot: Image;
  readonly ops: readonly Op[];
  readonly steps: readonly Step[];
  /** Shown by fast-check. */
  readonly toString: () => string;
}

/** Lives of up to `length` steps; with file systems mounted on `/d`, say, all of them boot from disks that have it. */
export function smallLife(length: number, options: KernelOptions = {}): fc.Arbitrary<SmallLife> {
  const flavour = fc.constantFrom<Flavour>('mixed', 'mixed', 'moves', 'data');
  const drafts = flavour.chain((each) =>
    fc.array(draft(each), { minLength: Math.ceil(length / 3), maxLength: length, size: 'max' }),
  );
  const disks = options.mounts ? mountable : boots;
  return fc.tuple(fc.constantFrom(...Object.keys(disks)), drafts).map(([boot, all]) => {
    const start = bootDisk(disks[boot]!);
    const core = new Core(start.fork(), options);
    const steps = all.flatMap((each) => take(core, each));
    return lifeOf(steps, start, `${JSON.stringify(disks[boot])} then `, options);
  });
}

/** Tries a draft on a disk; the step that it was, or nothing if the disk refused it. */
export function take(core: Core, each: Draft): readonly Step[] {
  const taken = settle(core.image, each);
  if (!taken) return [];
  const { length } = core.journal;
  runSteps(core, [taken]);
  return core.journal.length > length || taken.call.includes('eld') || taken.call === 'hold' ? [taken] : [];
}

/** The disk after some steps, and without anything pending. */
export function bootDisk(steps: readonly Step[]): Image {
  const core = new Core(Image.empty());
  runSteps(core, steps);
  return core.image;
}

export function lifeOf(
  steps: readonly Step[],
  boot = Image.empty(),
  label = '',
  options: KernelOptions = {},
): SmallLife {
  const core = new Core(boot.fork(), options);
  runSteps(core, steps);
  return { boot, ops: core.journal.ops, steps, toString: () => label + JSON.stringify(steps) };
}
