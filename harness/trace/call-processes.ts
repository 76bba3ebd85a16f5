import { numberOf } from './arguments.ts';
import type { Handler } from './step.ts';

/** A child is known from here on at the latest: it begins as its parent is now. */
const born: Handler = ({ life, value, failed }) => {
  if (!failed && value > 0) life.processes?.get(value);
};

const unshare: Handler = ({ life, process, args, failed, call }) => {
  if (failed) return;
  const flags = args[0] ?? '';
  if (flags.includes('CLONE_FILES')) life.processes?.unshare(process);
  if (flags.includes('CLONE_FS')) process.standing = { ...process.standing };
  if (flags.includes('CLONE_NEWNS')) life.refuse(call, '/', 'paths may mean something else from then on');
};

const chdir: Handler = ({ life, process, call, args, failed }) => {
  const place = life.place(process, call, args[0]!, true);
  if (failed) return;
  if (place.type === 'disk') process.standing.cwd = { ino: place.ino };
  else if (place.type === 'elsewhere') process.standing.cwd = { path: place.path };
  else if (place.type === 'ignored') process.standing.cwd = { path: life.root + place.path };
};

const fchdir: Handler = ({ life, process, call, args, failed }) => {
  const file = life.file(process, call, args[0]!);
  const other = process.descriptors.get(numberOf(args[0]!));
  if (!failed) process.standing.cwd = file ? { ino: file.ino } : { path: other?.path ?? '/' };
};

const umask: Handler = ({ process, args }) => {
  process.standing.umask = numberOf(args[0]!) & 0o777;
};

export const PROCESSES: Readonly<Record<string, Handler>> = {
  clone: born,
  clone3: born,
  fork: born,
  vfork: born,
  unshare,
  chdir,
  fchdir,
  umask,
};
