/**
 * Kills the program that it is loaded into with `node --import`, right after its Nth changing operation, as `kill -9`
 * would at that moment. Operations on node:fs/promises and its FileHandles are counted as the simulated disk counts
 * them (see harness/disk/journal.ts): one for each system call that succeeded and may have changed the disk, and one
 * for each sync, also of a whole file system by `sync -f`. The program must do one changing operation at a time: otherwise "after the Nth" has no meaning.
 *
 * Environment:
 * - KILL_BELOW: operations on this directory and what is below it count. Absolute, without symlinks.
 * - KILL_AFTER: the number of the last operation; not given, the program runs to its end.
 * - KILL_REPORT: a file outside of KILL_BELOW that gets the operations, one line each, when the program ends.
 * - KILL_CLOCK: what the program's clock stands at, in milliseconds since 1970; not given, it goes.
 */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const { O_CREAT, O_TRUNC } = fs.constants;
const { lstatSync, statSync, writeFileSync } = fs;

/** Neither an exit code of a program that was killed nor one of those that programs commonly have. */
const CANT_COUNT = 99;

const below = needed('KILL_BELOW');
const report = needed('KILL_REPORT');
const last = process.env['KILL_AFTER'] === undefined ? Infinity : Number(process.env['KILL_AFTER']);
if (!(last > 0)) throw new Error('KILL_AFTER must be a number from 1 up');

/** The operations so far. */
const done = [];
let underWay = 0;
/** What the open files were opened by, shown as from KILL_BELOW; only those that count are in it. */
const openedBy = new WeakMap();

function needed(name) {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} must be given`);
  return value;
}

/** The path as from KILL_BELOW, `/` for itself; undefined if it lies elsewhere. */
function shown(path) {
  const absolute = resolve(path instanceof URL ? fileURLToPath(path) : String(path));
  if (absolute === below) return '/';
  return absolute.startsWith(`${below}/`) ? absolute.slice(below.length) : undefined;
}

/** Undefined if there is nothing, or no way there: then the call that follows says so itself. */
function look(path, stat = lstatSync) {
  try {
    return stat(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function writeReport() {
  writeFileSync(report, done.map((line) => `${line}\n`).join(''));
}

function refuse(message) {
  process.stderr.write(`can't count: ${message}\n`);
  process.exit(CANT_COUNT);
}

/** One more operation has happened. For the last one, nothing after this runs: a process can't outlive its SIGKILL. */
function happened(line) {
  done.push(line);
  if (done.length < last) return;
  writeReport();
  process.kill(process.pid, 'SIGKILL');
}

/**
 * Replaces a method. `plan` gets `this` and the arguments before the call, and gives undefined for a call that does
 * not count; else a function that gets the result after it, and gives the operation's line, or undefined if nothing
 * changed. A call that fails is no operation.
 */
function count(target, name, plan) {
  const original = target[name];
  target[name] = async function (...args) {
    const describe = plan(this, ...args);
    if (describe === undefined) return Reflect.apply(original, this, args);
    if (underWay > 0) refuse(`${name} began while another operation was under way`);
    underWay++;
    let result;
    try {
      result = await Reflect.apply(original, this, args);
    } finally {
      underWay--;
    }
    const line = describe(result);
    if (line !== undefined) happened(line);
    return result;
  };
}

/** Calls that can't be counted, or can't be cut between their operations: they must not go past in silence. */
function refuseAll(target, names, why, counts) {
  for (const name of names) {
    const original = target[name];
    target[name] = function (...args) {
      if (counts(this, ...args)) refuse(`${name} ${why}`);
      return Reflect.apply(original, this, args);
    };
  }
}

/** Calls with one path, of which each success is an operation. */
for (const [name, kind] of [
  ['unlink', 'unlink'],
  ['rmdir', 'rmdir'],
  ['chmod', 'chmod'],
  ['chown', 'chown'],
  ['lchown', 'chown'],
  ['utimes', 'utimes'],
  ['lutimes', 'utimes'],
]) {
  count(promises, name, (_, path) => {
    const at = shown(path);
    return at === undefined ? undefined : () => `${kind} ${at}`;
  });
}

count(promises, 'mkdir', (_, path, options) => {
  const at = shown(path);
  if (at === undefined) return undefined;
  if (options?.recursive === true) {
    if (look(path, statSync)?.isDirectory()) return undefined;
    refuse('mkdir with `recursive` is several operations');
  }
  return () => `mkdir ${at}`;
});

count(promises, 'mkdtemp', (_, prefix) =>
  shown(prefix) === undefined ? undefined : (made) => `mkdir ${shown(made)}`,
);

count(promises, 'symlink', (_, target, path) => {
  const at = shown(path);
  return at === undefined ? undefined : () => `symlink ${at} -> ${String(target)}`;
});

count(promises, 'link', (_, existing, path) => {
  const [from, to] = [shown(existing), shown(path)];
  return from === undefined && to === undefined ? undefined : () => `link ${from} -> ${to}`;
});

count(promises, 'rename', (_, path, target) => {
  const [from, to] = [shown(path), shown(target)];
  if (from === undefined && to === undefined) return undefined;
  const [source, replaced] = [look(path), look(target)];
  // Between two names of one inode, rename does nothing.
  const isSame = replaced !== undefined && source?.ino === replaced.ino && source.dev === replaced.dev;
  return () => (isSame ? undefined : `rename ${from} -> ${to}`);
});

count(promises, 'truncate', (_, path, size = 0) => {
  const at = shown(path);
  if (at === undefined) return undefined;
  const before = look(path, statSync)?.size;
  return () => (before === size ? undefined : `truncate ${at} to ${size}`);
});

count(promises, 'open', (_, path, flags = 'r') => {
  const at = shown(path);
  const creates = typeof flags === 'number' ? (flags & O_CREAT) !== 0 : /[wa]/.test(flags);
  const cuts = typeof flags === 'number' ? (flags & O_TRUNC) !== 0 : /w/.test(flags);
  if (at === undefined || !(creates || cuts)) return undefined;
  const before = look(path, statSync);
  return () => {
    if (before === undefined) return `create ${at}`;
    return cuts && before.size > 0 ? `truncate ${at} to 0` : undefined;
  };
});

/** Counted or not, the file's later operations are to be known by its path. */
const { open } = promises;
promises.open = async function (path, ...rest) {
  const handle = await open(path, ...rest);
  const at = shown(path);
  if (at !== undefined) openedBy.set(handle, at);
  return handle;
};

/** node:fs/promises does not export its FileHandle; all of them share one prototype. */
const probe = await promises.open(fileURLToPath(import.meta.url));
const FileHandle = Object.getPrototypeOf(probe);
await probe.close();

for (const [name, kind] of [
  ['sync', 'fsync'],
  ['datasync', 'fdatasync'],
  ['chmod', 'chmod'],
  ['chown', 'chown'],
  ['utimes', 'utimes'],
]) {
  count(FileHandle, name, (handle) => {
    const at = openedBy.get(handle);
    return at === undefined ? undefined : () => `${kind} ${at}`;
  });
}

for (const name of ['write', 'writev']) {
  count(FileHandle, name, (handle) => {
    const at = openedBy.get(handle);
    if (at === undefined) return undefined;
    return ({ bytesWritten }) => (bytesWritten === 0 ? undefined : `write ${at} +${bytesWritten}`);
  });
}

count(FileHandle, 'truncate', (handle, size = 0) => {
  const at = openedBy.get(handle);
  if (at === undefined) return undefined;
  const before = fs.fstatSync(handle.fd).size;
  return () => (before === size ? undefined : `truncate ${at} to ${size}`);
});

/** Node has no syncfs(2): programs have it called by coreutils. */
const { execFile } = childProcess;
childProcess.execFile = function (file, args, options, callback) {
  const at = file === 'sync' && args?.[0] === '-f' ? shown(args.at(-1)) : undefined;
  if (at === undefined) return Reflect.apply(execFile, this, arguments);
  if (underWay > 0) refuse('a sync began while another operation was under way');
  underWay++;
  return execFile(file, args, options, (error, ...output) => {
    underWay--;
    if (!error) happened(`syncfs ${at}`);
    callback(error, ...output);
  });
};

const COMPOSITE = 'is several operations: it can not be cut between them';
const counts = (...paths) => paths.some((path) => isPath(path) && shown(path) !== undefined);
const isPath = (value) => typeof value === 'string' || value instanceof Uint8Array || value instanceof URL;

refuseAll(FileHandle, ['writeFile', 'appendFile', 'createWriteStream'], COMPOSITE, (handle) =>
  openedBy.has(handle),
);
refuseAll(promises, ['writeFile', 'appendFile'], COMPOSITE, (_, file) => openedBy.has(file) || counts(file));
refuseAll(promises, ['rm'], COMPOSITE, (_, path) => counts(path));
refuseAll(promises, ['cp', 'copyFile'], COMPOSITE, (_, from, to) => counts(to));

const OTHERS =
  'appendFile chmod chown copyFile cp lchown link lutimes mkdir mkdtemp open rename rm rmdir symlink truncate unlink utimes writeFile'
    .split(' ')
    .flatMap((name) => [name, `${name}Sync`]);
refuseAll(fs, [...OTHERS, 'createWriteStream'], 'is not counted: use node:fs/promises', (_, one, other) =>
  counts(one, other),
);

if (process.env['KILL_CLOCK'] !== undefined) {
  const time = Number(process.env['KILL_CLOCK']);
  Date.now = () => time;
}

syncBuiltinESMExports();
process.on('exit', writeReport);
