import * as fc from 'fast-check';

/** A call of `node:fs` as a program writes it: its name without a suffix, and its arguments. */
export interface FsCommand {
  readonly call: string;
  /** Of the descriptors that are open, the one that the call is about; without it the call is about paths. */
  readonly slot?: number;
  readonly args: readonly Arg[];
}

/** An argument: a path below the root, or anything else as it is. */
export type Arg =
  { readonly path: string; readonly as: 'text' | 'bytes' | 'url' } | { readonly value: unknown };

export const SLOTS = 3;

const part = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'l', 'a', 'b', 'd', '.', '..', 'x'.repeat(256), '');
const path: fc.Arbitrary<Arg> = fc.record({
  path: fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
  as: fc.constantFrom('text' as const, 'text' as const, 'text' as const, 'bytes' as const, 'url' as const),
});
/**
 * A path that no part of the tree below it can be on: what is left of a tree that loses the path to itself half way
 * depends on the order of its entries.
 */
const name: fc.Arbitrary<Arg> = fc.constantFrom('a', 'b', 'd', 'l').map((path) => ({ path, as: 'text' }));
const textPath = path.filter((each) => !('as' in each) || each.as !== 'bytes');
/** Now and then something that is no path at all. */
const somePath: fc.Arbitrary<Arg> = fc.oneof(
  { weight: 40, arbitrary: path },
  { weight: 1, arbitrary: value(undefined, null, 99_999, {}, '', 'a\0b', true, []) },
);

function value(...values: unknown[]): fc.Arbitrary<Arg> {
  return fc.constantFrom(...values).map((each) => ({ value: each }));
}

const bytes = fc
  .uint8Array({ minLength: 0, maxLength: 9000 })
  .map((data): Arg => ({ value: Buffer.from(data) }));
const data: fc.Arbitrary<Arg> = fc.oneof(
  { weight: 6, arbitrary: bytes },
  { weight: 4, arbitrary: value('text', 'ünïcode', '', 'x'.repeat(5000), '6162') },
  {
    weight: 1,
    arbitrary: value(new Uint16Array([1, 515]), new DataView(new ArrayBuffer(3)), 5, null, undefined, {}),
  },
);
const mode = value(0o644, 0o600, 0o755, 0o4711, '644', '0700', undefined);
const anyMode = fc.oneof(
  { weight: 12, arbitrary: mode },
  { weight: 1, arbitrary: value(-1, 1.5, 'rw', null, {}, 2 ** 32) },
);
const flag = fc.constantFrom(
  'r',
  'r+',
  'w',
  'w+',
  'wx',
  'xw',
  'wx+',
  'a',
  'a+',
  'ax',
  'as',
  'rs+',
  'as+',
  0,
  2,
  577,
);
const anyFlag = fc.oneof(
  { weight: 20, arbitrary: flag.map((each): Arg => ({ value: each })) },
  { weight: 1, arbitrary: value('q', '', undefined, null, 1.5, {}, 'rw') },
);
const encoding = fc.constantFrom('utf8', 'latin1', 'hex', 'base64', 'ucs2', null, undefined, 'buffer');
/** Node refuses 'buffer' here only if there is something to decode, and with promises always. */
const textEncoding = encoding.filter((each) => each !== 'buffer');
const options = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Arg> =>
  fc.oneof(
    { weight: 3, arbitrary: value(undefined) },
    { weight: 8, arbitrary: fc.record(fields, { requiredKeys: [] }).map((each): Arg => ({ value: each })) },
    { weight: 1, arbitrary: value(null, { spaces: 2, unknown: true }, 'utf8', 'hex', 'nonsense', 7, true) },
  );
const bool = fc.constantFrom(true, false, undefined);
/** Node looks at some flags with `=== true` and at some with any truth; a program passes booleans. */
const anyBool = fc.oneof(
  { weight: 20, arbitrary: bool },
  { weight: 1, arbitrary: fc.constantFrom(1, 'yes', null) },
);
const size = fc.oneof(
  { weight: 12, arbitrary: value(0, 1, 5, 4096, 5000, undefined) },
  { weight: 1, arbitrary: value(-3, 1.5, 'x', null) },
);
/** What Node makes of positions that are none has changed since. */
export const IS_NODE_20: boolean = process.versions.node.startsWith('20.');
/** Whole: a FileHandle of Node 20 aborts the whole process at a fraction. */
const count = value(0, 1, 5, 4096, 5000, undefined, -3);
const time = fc.oneof(
  { weight: 10, arbitrary: value(1, 1_000_000, '77', new Date(5000)) },
  { weight: 1, arbitrary: value('x', {}, undefined, Number.NaN) },
);
const owner = value(-1, 0, -1, 0, -2, 'x', undefined, 1.5);
const nameOptions = options({ encoding });

const calls = (call: string, ...args: fc.Arbitrary<Arg>[]): fc.Arbitrary<FsCommand> =>
  fc.tuple(...args).map((given) => ({ call, args: given }));
const onSlot = (call: string, ...args: fc.Arbitrary<Arg>[]): fc.Arbitrary<FsCommand> =>
  fc
    .record({ slot: fc.nat(SLOTS - 1), args: fc.tuple(...args) })
    .map(({ slot, args: given }) => ({ call, slot, args: given }));

const buffer = fc.nat(6000).map((length): Arg => ({ value: Buffer.alloc(length, 1) }));
const place = fc.oneof(
  { weight: 5, arbitrary: value(0, 1, 3, null, undefined, 5000) },
  { weight: 1, arbitrary: IS_NODE_20 ? value(-1, 1.5, 'x', 7n, -1n, 10_000) : value(-1, 7n, 10_000) },
);
const views = fc
  .array(fc.uint8Array({ minLength: 1, maxLength: 2000 }), { minLength: 1, maxLength: 3 })
  .map((all): Arg => ({ value: all }));

const WRITE_OPTIONS = {
  encoding: fc.constantFrom('utf8', 'latin1', 'hex', undefined),
  mode: fc.constantFrom(0o600, '644', undefined),
  flag: flag,
  flush: anyBool,
};

/** What every form has. */
export const pathCommand: fc.Arbitrary<FsCommand> = fc.oneof(
  { weight: 6, arbitrary: calls('writeFile', somePath, data, options(WRITE_OPTIONS)) },
  { weight: 3, arbitrary: calls('appendFile', somePath, data, options(WRITE_OPTIONS)) },
  {
    weight: 4,
    arbitrary: calls(
      'readFile',
      path,
      options({ encoding: textEncoding, flag: fc.constantFrom('r', 'r+', 'a+', 'w+') }),
    ),
  },
  {
    weight: 4,
    arbitrary: calls(
      'mkdir',
      somePath,
      fc.oneof(options({ recursive: anyBool, mode: fc.constantFrom(0o700, '755') }), anyMode),
    ),
  },
  { weight: 3, arbitrary: calls('symlink', somePath, somePath) },
  { weight: 3, arbitrary: calls('link', somePath, somePath) },
  { weight: 4, arbitrary: calls('rename', somePath, somePath) },
  { weight: 2, arbitrary: calls('unlink', somePath) },
  { weight: 2, arbitrary: calls('rmdir', somePath) },
  {
    weight: 2,
    arbitrary: calls('rm', somePath, options({ force: anyBool, maxRetries: fc.constantFrom(0, 2) })),
  },
  { weight: 1, arbitrary: calls('rm', name, options({ recursive: anyBool, force: anyBool })) },
  { weight: 2, arbitrary: calls('readdir', somePath, nameOptions) },
  { weight: 2, arbitrary: calls('readdir', textPath, options({ withFileTypes: bool, recursive: bool })) },
  { weight: 2, arbitrary: calls('stat', somePath, options({ bigint: bool })) },
  { weight: 2, arbitrary: calls('lstat', somePath, options({ bigint: bool })) },
  { weight: 1, arbitrary: calls('readlink', somePath, nameOptions) },
  { weight: 1, arbitrary: calls('realpath', path, nameOptions) },
  { weight: 1, arbitrary: calls('access', somePath, value(undefined, 0, 1, 2, 4, 7)) },
  { weight: 1, arbitrary: calls('chmod', somePath, anyMode) },
  { weight: 1, arbitrary: calls('chown', somePath, owner, owner) },
  { weight: 1, arbitrary: calls('lchown', somePath, owner, owner) },
  { weight: 1, arbitrary: calls('utimes', somePath, time, time) },
  { weight: 1, arbitrary: calls('lutimes', somePath, time, time) },
  { weight: 2, arbitrary: calls('truncate', path, size) },
  { weight: 2, arbitrary: calls('copyFile', somePath, somePath, value(undefined, 0, 1, 2)) },
  {
    weight: 2,
    arbitrary: calls(
      'cp',
      textPath,
      textPath,
      options({
        recursive: bool,
        force: bool,
        errorOnExist: bool,
        dereference: bool,
        verbatimSymlinks: bool,
        preserveTimestamps: bool,
      }),
    ),
  },
  { weight: 1, arbitrary: calls('statfs', somePath) },
  { weight: 1, arbitrary: calls('opendir', textPath, nameOptions) },
);

/** What is done with what was opened. */
export const slotCommand: fc.Arbitrary<FsCommand> = fc.oneof(
  { weight: 4, arbitrary: onSlot('open', somePath, anyFlag, mode) },
  { weight: 1, arbitrary: onSlot('open', somePath, value('r', 'w+', 66), anyMode) },
  { weight: 2, arbitrary: onSlot('close') },
  { weight: 3, arbitrary: onSlot('read', buffer, place, count, place) },
  {
    weight: 1,
    arbitrary: onSlot(
      'read',
      buffer,
      options({
        offset: fc.constantFrom(0, 3, undefined),
        length: fc.constantFrom(1, 20),
        position: fc.constantFrom(0, null, 2),
      }),
    ),
  },
  { weight: 4, arbitrary: onSlot('write', bytes, place, count, place) },
  {
    weight: 1,
    arbitrary: onSlot(
      'write',
      value('text', 'ünïcode'),
      value(null, 0, 4, undefined),
      value('utf8', 'latin1', undefined),
    ),
  },
  { weight: 1, arbitrary: onSlot('readv', views, value(null, 0, 3, undefined)) },
  { weight: 1, arbitrary: onSlot('writev', views, value(null, 0, 3, undefined)) },
  { weight: 1, arbitrary: onSlot('fsync') },
  { weight: 1, arbitrary: onSlot('fdatasync') },
  { weight: 1, arbitrary: onSlot('fstat', options({ bigint: bool })) },
  { weight: 1, arbitrary: onSlot('ftruncate', size) },
  { weight: 1, arbitrary: onSlot('fchmod', anyMode) },
  { weight: 1, arbitrary: onSlot('fchown', owner, owner) },
  { weight: 1, arbitrary: onSlot('futimes', time, time) },
  { weight: 1, arbitrary: onSlot('readFile', options({ encoding: textEncoding })) },
  { weight: 1, arbitrary: onSlot('writeFile', data, options({ encoding: fc.constantFrom('utf8', 'hex') })) },
  { weight: 1, arbitrary: onSlot('appendFile', data) },
);
