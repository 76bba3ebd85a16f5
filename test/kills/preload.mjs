/**
 * Kills the program that it is loaded into with `node --import`, right after its Nth changing operation, as `kill -9`
 * would at that moment. Operations on node:fs/promises and its FileHandles, and those of node:fs that are done at once or
 * tell a callback, are counted as the simulated disk counts
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
import { fileURLToPath } from 'node:url';
import { count, countCallback, countNow, look, refuse, refuseAll, shown, writeReport } from './counting.mjs';

const { O_CREAT, O_TRUNC } = fs.constants;
const { statSync } = fs;

/** What the open files were opened by, shown as from KILL_BELOW; only those that count are in them. */
const openedBy = new WeakMap();
const pathOf = new Map();

function countBoth(name, plan) {
  count(promises, name, plan);
  countNow(fs, `${name}Sync`, plan);
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
  countBoth(name, (_, path) => {
    const at = shown(path);
    return at === undefined ? undefined : () => `${kind} ${at}`;
  });
}

countBoth('mkdir', (_, path, options) => {
  const at = shown(path);
  if (at === undefined) return undefined;
  if (options?.recursive === true) {
    if (look(path, statSync)?.isDirectory()) return undefined;
    refuse('mkdir with `recursive` is several operations');
  }
  return () => `mkdir ${at}`;
});

countBoth('mkdtemp', (_, prefix) =>
  shown(prefix) === undefined ? undefined : (made) => `mkdir ${shown(made)}`,
);

countBoth('symlink', (_, target, path) => {
  const at = shown(path);
  return at === undefined ? undefined : () => `symlink ${at} -> ${String(target)}`;
});

countBoth('link', (_, existing, path) => {
  const [from, to] = [shown(existing), shown(path)];
  return from === undefined && to === undefined ? undefined : () => `link ${from} -> ${to}`;
});

countBoth('rename', (_, path, target) => {
  const [from, to] = [shown(path), shown(target)];
  if (from === undefined && to === undefined) return undefined;
  const [source, replaced] = [look(path), look(target)];
  // Between two names of one inode, rename does nothing.
  const isSame = replaced !== undefined && source?.ino === replaced.ino && source.dev === replaced.dev;
  return () => (isSame ? undefined : `rename ${from} -> ${to}`);
});

/** What is done at once is an open and an ftruncate inside, and counted there. */
count(promises, 'truncate', (_, path, size = 0) => {
  const at = shown(path);
  if (at === undefined) return undefined;
  const before = look(path, statSync)?.size;
  return () => (before === size ? undefined : `truncate ${at} to ${size}`);
});

countBoth('open', (_, path, flags = 'r') => {
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
const { openSync, closeSync } = fs;
promises.open = async function (path, ...rest) {
  const handle = await open(path, ...rest);
  const at = shown(path);
  if (at !== undefined) openedBy.set(handle, at);
  return handle;
};

fs.openSync = function (path, ...rest) {
  const file = openSync(path, ...rest);
  const at = shown(path);
  if (at !== undefined) pathOf.set(file, at);
  return file;
};
fs.closeSync = function (file) {
  pathOf.delete(file);
  closeSync(file);
};

countNow(fs, 'writeSync', (_, file) => writing(pathOf.get(file), (bytesWritten) => bytesWritten));
countCallback(fs, 'write', (_, file) => writing(pathOf.get(file), (bytesWritten) => bytesWritten));
countNow(fs, 'ftruncateSync', (_, file, size) => truncating(pathOf.get(file), file, size));
for (const name of ['fsync', 'fdatasync']) {
  countCallback(fs, name, (_, file) => {
    const at = pathOf.get(file);
    return at === undefined ? undefined : () => `${name} ${at}`;
  });
}

function writing(at, lengthIn) {
  if (at === undefined) return undefined;
  return (result) => (lengthIn(result) === 0 ? undefined : `write ${at} +${lengthIn(result)}`);
}

function truncating(at, file, size = 0) {
  if (at === undefined) return undefined;
  const before = fs.fstatSync(file).size;
  return () => (before === size ? undefined : `truncate ${at} to ${size}`);
}

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
  count(FileHandle, name, (handle) => writing(openedBy.get(handle), ({ bytesWritten }) => bytesWritten));
}

count(FileHandle, 'truncate', (handle, size) => truncating(openedBy.get(handle), handle.fd, size));

/** Node has no syncfs(2): programs have it called by coreutils. */
countCallback(childProcess, 'execFile', (_, file, args) => {
  const at = file === 'sync' && args?.[0] === '-f' ? shown(args.at(-1)) : undefined;
  return at === undefined ? undefined : () => `syncfs ${at}`;
});

const COMPOSITE = 'is several operations: it can not be cut between them';
const counts = (...paths) => paths.some((path) => isPath(path) && shown(path) !== undefined);
const isPath = (value) => typeof value === 'string' || value instanceof Uint8Array || value instanceof URL;

refuseAll(FileHandle, ['writeFile', 'appendFile', 'createWriteStream'], COMPOSITE, (handle) =>
  openedBy.has(handle),
);
refuseAll(promises, ['writeFile', 'appendFile'], COMPOSITE, (_, file) => openedBy.has(file) || counts(file));
refuseAll(promises, ['rm'], COMPOSITE, (_, path) => counts(path));
refuseAll(promises, ['cp', 'copyFile'], COMPOSITE, (_, from, to) => counts(to));

const OTHERS = ['appendFile', 'copyFile', 'cp', 'rm', 'writeFile'].flatMap((name) => [name, `${name}Sync`]);
const CALLBACKS =
  'chmod chown lchown link lutimes mkdir mkdtemp open rename rmdir symlink truncate unlink utimes';
refuseAll(
  fs,
  [...OTHERS, ...CALLBACKS.split(' '), 'createWriteStream'],
  'is not counted: use node:fs/promises',
  (_, one, other) => counts(one, other),
);

if (process.env['KILL_CLOCK'] !== undefined) {
  const time = Number(process.env['KILL_CLOCK']);
  Date.now = () => time;
}

syncBuiltinESMExports();
process.on('exit', writeReport);
