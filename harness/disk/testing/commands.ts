import * as fc from 'fast-check';
import { constants } from 'node:fs';

/** A path below the directory under test, or a target's text; `rooted` puts the directory in front of it. */
export interface PathText {
  readonly text: string;
  readonly rooted: boolean;
}

/** Bytes to write: a pattern, so that a counterexample stays short. */
export interface Pattern {
  readonly seed: number;
  readonly length: number;
}

/** One call with its arguments. Descriptors are slots, as the numbers differ between two disks. */
export type Command =
  | {
      readonly call: 'open';
      readonly path: PathText;
      readonly flags: number;
      readonly mode: number;
      readonly slot: number;
    }
  | { readonly call: 'close' | 'fsync' | 'fdatasync' | 'fstat'; readonly slot: number }
  | {
      readonly call: 'read';
      readonly slot: number;
      readonly length: number;
      readonly position: number | null;
    }
  | {
      readonly call: 'write';
      readonly slot: number;
      readonly data: Pattern;
      readonly position: number | null;
    }
  | { readonly call: 'ftruncate'; readonly slot: number; readonly size: number }
  | { readonly call: 'fchmod'; readonly slot: number; readonly mode: number }
  | { readonly call: 'link' | 'rename'; readonly path: PathText; readonly to: PathText }
  | { readonly call: 'copyFile'; readonly path: PathText; readonly to: PathText; readonly mode: number }
  | { readonly call: 'symlink'; readonly target: PathText; readonly path: PathText }
  | { readonly call: 'mkdir' | 'mkdirp' | 'chmod' | 'access'; readonly path: PathText; readonly mode: number }
  | { readonly call: 'writeFile' | 'appendFile'; readonly path: PathText; readonly data: Pattern }
  | { readonly call: 'truncate'; readonly path: PathText; readonly size: number }
  | { readonly call: PathCall; readonly path: PathText };

type PathCall =
  | 'stat'
  | 'lstat'
  | 'unlink'
  | 'rmdir'
  | 'readlink'
  | 'readdir'
  | 'realpath'
  | 'readFile'
  | 'chown'
  | 'utimes'
  | 'rm';

/** How many descriptors a sequence may hold open at once. */
export const SLOT_COUNT = 2;

const LONGEST_NAME = 'n'.repeat(255);
const TOO_LONG_NAME = `é${'n'.repeat(254)}`;
const TOO_LONG_PATH = 'a/'.repeat(2100);

/** A handful of names, so that commands meet; and here and there one that a walk has to think about. */
const part = fc.oneof(
  { weight: 60, arbitrary: fc.constantFrom('a', 'b', 'c') },
  { weight: 4, arbitrary: fc.constantFrom('..', '.') },
  { weight: 1, arbitrary: fc.constantFrom('', 'é', LONGEST_NAME, TOO_LONG_NAME) },
);

/** Mostly short: long paths mostly lead nowhere, and what fails at its first step tests little. */
const parts = fc.oneof(
  { weight: 10, arbitrary: fc.tuple(part) },
  { weight: 8, arbitrary: fc.tuple(part, part) },
  { weight: 2, arbitrary: fc.array(part, { minLength: 3, maxLength: 4 }) },
);

const relative = fc
  .tuple(
    parts,
    fc.oneof(
      { weight: 14, arbitrary: fc.constant('') },
      { weight: 1, arbitrary: fc.constantFrom('/', '//') },
    ),
  )
  // Never absolute: a symlink to `/a` would lead out of the directory under test, onto the machine itself.
  .map(([names, end]) => (names.join('/') + end).replace(/^\/+/, './'));

const ordinary: fc.Arbitrary<PathText> = relative.map((text) => ({ text, rooted: true }));
const path: fc.Arbitrary<PathText> = fc.oneof(
  { weight: 100, arbitrary: ordinary },
  {
    weight: 1,
    arbitrary: fc.constantFrom({ text: '', rooted: false }, { text: TOO_LONG_PATH, rooted: true }),
  },
);

const target: fc.Arbitrary<PathText> = fc.oneof(
  { weight: 30, arbitrary: relative.map((text) => ({ text, rooted: false })) },
  { weight: 10, arbitrary: relative.map((text) => ({ text, rooted: true })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom({ text: '', rooted: false }, { text: TOO_LONG_PATH, rooted: false }),
  },
);

/** Bytes near the edges of pages, where the mistakes are. */
const bytes = fc.oneof(
  fc.constantFrom(0, 1, 4095, 4096, 4097, 8192),
  fc.nat({ max: 40 }),
  fc.nat({ max: 12_000 }),
);

const position = fc.option(bytes, { nil: null });
const data = fc.record({ seed: fc.nat({ max: 255 }), length: bytes });
const slot = fc.nat({ max: SLOT_COUNT - 1 });

/** Only root may take its own rights away and go on. */
const superuser = process.getuid?.() === 0;
const mode = superuser
  ? fc.oneof(fc.constantFrom(0o666, 0o777, 0o700, 0), fc.nat({ max: 0o7777 }))
  : fc.oneof(fc.constantFrom(0o777, 0o700), fc.nat({ max: 0o777 })).map((bits) => bits | 0o700);

const flags = fc
  .tuple(
    fc.constantFrom(
      constants.O_RDONLY,
      constants.O_WRONLY,
      constants.O_RDWR,
      constants.O_RDWR | constants.O_CREAT,
      constants.O_RDWR | constants.O_CREAT,
    ),
    fc.subarray(
      [
        constants.O_CREAT,
        constants.O_EXCL,
        constants.O_TRUNC,
        constants.O_APPEND,
        constants.O_NOFOLLOW,
        constants.O_DIRECTORY,
        constants.O_SYNC,
        constants.O_DSYNC,
      ],
      { maxLength: 3 },
    ),
  )
  .map(([access, more]) => more.reduce((all, flag) => all | flag, access))
  // Linux before 6.4 created a regular file for O_DIRECTORY | O_CREAT; the disk does as newer ones do.
  .map((all) => ((all & constants.O_CREAT) === 0 ? all : all & ~constants.O_DIRECTORY));

function of<Call extends Command['call']>(
  call: Call,
  fields: { [Field in keyof Omit<Extract<Command, { call: Call }>, 'call'>]: fc.Arbitrary<unknown> },
): fc.Arbitrary<Command> {
  return fc.record({ call: fc.constant(call), ...fields }) as unknown as fc.Arbitrary<Command>;
}

function onPath(...calls: PathCall[]): fc.Arbitrary<Command> {
  return fc.record({ call: fc.constantFrom(...calls), path });
}

/** Removing `..` with all that is in it would take the directory under test along. */
const removable = path.map(({ text, rooted }) => ({ text: text.replace(/(^|\/)\.\.?\/*$/, '$1a'), rooted }));

/** What plants a tree, for the other commands to find. */
const planting: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: of('mkdir', { path: ordinary, mode: fc.constant(0o777) }) },
  { weight: 4, arbitrary: of('writeFile', { path: ordinary, data }) },
  { weight: 2, arbitrary: of('link', { path: ordinary, to: ordinary }) },
  { weight: 1, arbitrary: of('symlink', { target, path: ordinary }) },
);

/** Those that make and move things come more often than those that look at them. */
const anything: fc.Arbitrary<Command> = fc.oneof(
  { weight: 14, arbitrary: of('open', { path, flags, mode, slot }) },
  { weight: 16, arbitrary: of('rename', { path, to: path }) },
  { weight: 4, arbitrary: of('symlink', { target, path }) },
  { weight: 8, arbitrary: of('mkdir', { path, mode }) },
  { weight: 6, arbitrary: of('link', { path, to: path }) },
  { weight: 10, arbitrary: of('write', { slot, data, position }) },
  { weight: 5, arbitrary: of('read', { slot, length: bytes, position }) },
  { weight: 4, arbitrary: of('ftruncate', { slot, size: bytes }) },
  { weight: 2, arbitrary: of('fchmod', { slot, mode }) },
  { weight: 3, arbitrary: fc.record({ call: fc.constantFrom('fsync', 'fdatasync', 'fstat'), slot }) },
  { weight: 2, arbitrary: fc.record({ call: fc.constant('close'), slot }) },
  { weight: 6, arbitrary: onPath('unlink', 'rmdir') },
  { weight: 10, arbitrary: onPath('stat', 'lstat', 'readlink', 'readdir', 'readFile') },
  // The C library does it part by part, so that a path that is too long as a whole fails differently.
  { weight: 2, arbitrary: fc.record({ call: fc.constant('realpath'), path: ordinary }) },
  { weight: 2, arbitrary: onPath('chown', 'utimes') },
  { weight: 1, arbitrary: fc.record({ call: fc.constant('rm'), path: removable }) },
  { weight: 3, arbitrary: of('chmod', { path, mode }) },
  { weight: 1, arbitrary: of('access', { path, mode: fc.nat({ max: 7 }) }) },
  { weight: 2, arbitrary: of('mkdirp', { path, mode }) },
  { weight: 6, arbitrary: fc.record({ call: fc.constantFrom('writeFile', 'appendFile'), path, data }) },
  { weight: 2, arbitrary: of('truncate', { path, size: bytes }) },
  { weight: 3, arbitrary: of('copyFile', { path, to: path, mode: fc.constantFrom(0, 0, 1) }) },
);

/** One random command. */
export const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: anything },
  { weight: 1, arbitrary: planting },
);
