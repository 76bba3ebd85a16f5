import * as fc from 'fast-check';
import { Core } from '../../disk/core/core.ts';
import { O_APPEND, O_CREAT, O_EXCL, O_RDWR, O_SYNC, O_TRUNC, O_WRONLY } from '../../disk/core/constants.ts';
import { Image } from '../../disk/image/image.ts';
import { listTree } from '../../disk/image/tree.ts';
import type { Op } from '../../disk/journal.ts';

/** One thing that a small random program does. What the disk refuses is left out of its life. */
export type Step =
  | { readonly call: 'create' | 'mkdir' | 'rmdir' | 'unlink'; readonly path: string }
  | { readonly call: 'rename' | 'link' | 'symlink'; readonly path: string; readonly to: string }
  | { readonly call: 'write'; readonly path: string; readonly flags: number; readonly data: Piece }
  | { readonly call: 'truncate'; readonly path: string; readonly size: number }
  | { readonly call: 'chmod'; readonly path: string; readonly mode: number }
  | { readonly call: 'fsync' | 'fdatasync' | 'hold'; readonly path: string }
  | { readonly call: 'writeHeld'; readonly data: Piece }
  | { readonly call: 'fsyncHeld' }
  | { readonly call: 'sync' };

/** Bytes that are all alike, at an offset. */
export interface Piece {
  readonly byte: number;
  readonly offset: number;
  readonly length: number;
}

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

/** The step that a draft is on this disk; undefined if there is nothing that it could be about. */
export function settle(
  disk: Image,
  { call, first, second, data, flags, mode, size }: Draft,
): Step | undefined {
  const { files, directories, free } = survey(disk);
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

/** What there is on a disk, and the names in its directories that are free. */
function survey(disk: Image): { files: string[]; directories: string[]; free: string[] } {
  const [files, directories, free]: string[][] = [[], ['/'], []];
  for (const [path, { type }] of listTree(disk)) (type === 'dir' ? directories : files)!.push(path);
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

/** A program's life: the disk that it boots from, and the ops that it got done. */
export interface SmallLife {
  readonly boot: Image;
  readonly ops: readonly Op[];
  readonly steps: readonly Step[];
  /** Shown by fast-check. */
  readonly toString: () => string;
}

/** Lives of up to `length` steps. */
export function smallLife(length: number): fc.Arbitrary<SmallLife> {
  const flavour = fc.constantFrom<Flavour>('mixed', 'mixed', 'moves', 'data');
  const drafts = flavour.chain((each) =>
    fc.array(draft(each), { minLength: Math.ceil(length / 3), maxLength: length, size: 'max' }),
  );
  return fc.tuple(fc.constantFrom(...Object.keys(boots)), drafts).map(([boot, all]) => {
    const start = bootDisk(boots[boot]!);
    const core = new Core(start.fork());
    const steps = all.flatMap((each) => take(core, each));
    return lifeOf(steps, start, `${JSON.stringify(boots[boot])} then `);
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

export function lifeOf(steps: readonly Step[], boot = Image.empty(), label = ''): SmallLife {
  const core = new Core(boot.fork());
  runSteps(core, steps);
  return { boot, ops: core.journal.ops, steps, toString: () => label + JSON.stringify(steps) };
}

/** A file or directory that a life holds open. */
interface Held {
  fd: number | undefined;
}

function runSteps(core: Core, steps: readonly Step[]): void {
  const held: Held = { fd: undefined };
  for (const each of steps) {
    try {
      runStep(core, each, held);
    } catch (error) {
      if ((error as { code?: string }).code === undefined) throw error;
    }
  }
}

function runStep(core: Core, each: Step, held: Held): void {
  switch (each.call) {
    case 'create':
      return core.close(core.open(each.path, O_WRONLY | O_CREAT | O_EXCL));
    case 'mkdir':
    case 'rmdir':
    case 'unlink':
      return core[each.call](each.path);
    case 'rename':
    case 'link':
      return core[each.call](each.path, each.to);
    case 'symlink':
      return core.symlink(each.to, each.path);
    case 'truncate':
      return core.truncate(each.path, each.size);
    case 'chmod':
      return core.chmod(each.path, each.mode);
    case 'sync':
      return core.sync();
    default:
      return onDescriptor(core, each, held);
  }
}

function onDescriptor(
  core: Core,
  each: Extract<Step, { call: 'write' | 'fsync' | 'fdatasync' | 'hold' | 'writeHeld' | 'fsyncHeld' }>,
  held: Held,
): void {
  switch (each.call) {
    case 'hold':
      // Files are held for writing; directories can't be.
      held.fd = core.open(each.path, core.stat(each.path).isDirectory() ? 0 : O_RDWR);
      return;
    case 'fsyncHeld':
      if (held.fd !== undefined) core.fsync(held.fd);
      return;
    case 'writeHeld':
      if (held.fd !== undefined) writePiece(core, held.fd, each.data);
      return;
    case 'write':
      return withFile(core, each.path, each.flags, (fd) => writePiece(core, fd, each.data));
    case 'fsync':
    case 'fdatasync':
      return withFile(core, each.path, 0, (fd) =>
        each.call === 'fsync' ? core.fsync(fd) : core.fdatasync(fd),
      );
  }
}

function withFile(core: Core, path: string, flags: number, body: (fd: number) => void): void {
  const fd = core.open(path, flags);
  try {
    body(fd);
  } finally {
    core.close(fd);
  }
}

function writePiece(core: Core, fd: number, { byte, offset, length }: Piece): void {
  core.write(fd, new Uint8Array(length).fill(byte), 0, length, offset);
}
