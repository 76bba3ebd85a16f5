import { modeOf, numberOf, textOf } from './arguments.ts';
import { exchange, linkInode } from './disk.ts';
import type { Place } from './places.ts';
import type { Handler, Step } from './step.ts';

/** A name of the disk that a successful call is about; undefined if it is about something else. */
function own(
  { life, process, call, failed }: Step,
  path: string,
  at?: string,
  follow = false,
): (Place & { type: 'disk' }) | undefined {
  const place = life.place(process, call, path, follow, at);
  return !failed && place.type === 'disk' ? place : undefined;
}

function renamed(
  step: Step,
  from: readonly [path: string, at?: string | undefined],
  to: readonly [path: string, at?: string | undefined],
  flags = '',
): void {
  const { life, process, call, failed } = step;
  const [source, target] = [from, to].map(([path, at]) => life.place(process, call, path, false, at));
  replaces(step, source!, target!);
  if (failed) return;
  life.demandSame(call, source!, target!);
  if (source?.type !== 'disk' || target?.type !== 'disk') return;
  if (flags.includes('RENAME_WHITEOUT')) life.refuse(call, source.path, 'it leaves a whiteout behind');
  if (flags.includes('RENAME_EXCHANGE')) exchange(life.core, source, target);
  else life.core.rename(source.path, target.path);
}

/** A name can't take the place of a directory that holds something, and leaves another of the same file alone. */
function replaces({ life }: Step, source: Place, target: Place): void {
  if (source.type !== 'disk' || target.type !== 'disk' || target.ino === 0) return;
  if (life.core.image.inode(target.ino)?.kind === 'dir') life.learning.listing(target.ino);
  else if (source.ino !== 0) life.learning.same(source.ino, target.ino);
}

const rename: Handler = (step) => renamed(step, [step.args[0]!], [step.args[1]!]);
const renameat: Handler = (step) => {
  const [fromAt, from, toAt, to, flags] = step.args;
  renamed(step, [from!, fromAt], [to!, toAt], flags);
};

function linked(
  step: Step,
  from: readonly [path: string, at?: string | undefined],
  to: readonly [path: string, at?: string | undefined],
  flags = '',
): void {
  const { life, process, call, failed } = step;
  const follow = flags.includes('AT_SYMLINK_FOLLOW');
  const target = life.place(process, call, to[0], false, to[1]);
  if (flags.includes('AT_EMPTY_PATH') && textOf(from[0]) === '') {
    const file = life.file(process, call, from[1]!);
    if (!failed) linkDescriptor(step, file?.ino, target);
    return;
  }
  const source = life.place(process, call, from[0], follow, from[1]);
  if (failed) return;
  if (source.type === 'descriptor') {
    linkDescriptor(step, process.descriptors.get(source.fd)?.ino, target);
    return;
  }
  life.demandSame(call, source, target);
  if (source.type === 'disk' && target.type === 'disk') life.core.link(source.path, target.path);
}

function linkDescriptor({ life, call }: Step, ino: number | undefined, target: Place): void {
  const isOurs = ino !== undefined && ino > 0;
  if (target.type === 'disk' && isOurs) linkInode(life.core, ino, target);
  else if (target.type === 'disk' || isOurs)
    life.refuse(
      call,
      target.type === 'disk' ? target.path : '',
      'the file that gets a name is not on the disk',
    );
}

const link: Handler = (step) => linked(step, [step.args[0]!], [step.args[1]!]);
const linkat: Handler = (step) => {
  const [fromAt, from, toAt, to, flags] = step.args;
  linked(step, [from!, fromAt], [to!, toAt], flags);
};

function removed(step: Step, kind: 'unlink' | 'rmdir', path: string, at?: string): void {
  const { life, process, call, failed } = step;
  const place = life.place(process, call, path, false, at);
  if (place.type !== 'disk') return;
  if (kind === 'rmdir' && life.core.image.inode(place.ino)?.kind === 'dir') life.learning.listing(place.ino);
  if (!failed) life.core[kind](place.path);
}

const unlink: Handler = (step) => removed(step, 'unlink', step.args[0]!);
const rmdir: Handler = (step) => removed(step, 'rmdir', step.args[0]!);
const unlinkat: Handler = (step) =>
  removed(step, step.args[2]!.includes('AT_REMOVEDIR') ? 'rmdir' : 'unlink', step.args[1]!, step.args[0]);

function symlinked(step: Step, target: string, path: string, at?: string): void {
  const place = own(step, path, at);
  if (place) step.life.core.symlink(textOf(target), place.path);
}

const symlink: Handler = (step) => symlinked(step, step.args[0]!, step.args[1]!);
const symlinkat: Handler = (step) => symlinked(step, step.args[0]!, step.args[2]!, step.args[1]);

function madeDirectory(step: Step, mode: string, path: string, at?: string): void {
  const place = own(step, path, at);
  if (!place) return;
  step.life.core.umask = step.process.standing.umask;
  step.life.core.mkdir(place.path, modeOf(mode));
}

const mkdir: Handler = (step) => madeDirectory(step, step.args[1]!, step.args[0]!);
const mkdirat: Handler = (step) => madeDirectory(step, step.args[2]!, step.args[1]!, step.args[0]);

/** An empty file may be made this way, too; devices and pipes hold no data, and the disk has none. */
function madeNode(step: Step, mode: string, path: string, at?: string): void {
  const { life, process, call } = step;
  const place = own(step, path, at);
  if (!place) return;
  if (/S_IF(?:IFO|SOCK|CHR|BLK)/.test(mode))
    life.refuse(call, place.path, 'it makes a device, a pipe or a socket');
  life.core.umask = process.standing.umask;
  life.core.close(life.core.open(place.path, 0o301, modeOf(mode)));
}

const mknod: Handler = (step) => madeNode(step, step.args[1]!, step.args[0]!);
const mknodat: Handler = (step) => madeNode(step, step.args[2]!, step.args[1]!, step.args[0]);

function changedMode(step: Step, mode: string, path: string, at?: string, flags = ''): void {
  const { life, process, call } = step;
  const found = life.place(process, call, path, true, at);
  if (found.type === 'descriptor') {
    const file = process.descriptors.get(found.fd);
    if (file?.kind === 'disk' && !step.failed) life.core.fchmod(file.fd, modeOf(mode));
    return;
  }
  const place = own(step, path, at, !flags.includes('AT_SYMLINK_NOFOLLOW'));
  if (place) life.core.chmod(place.path, modeOf(mode));
}

const chmod: Handler = (step) => changedMode(step, step.args[1]!, step.args[0]!);
const fchmodat: Handler = (step) =>
  changedMode(step, step.args[2]!, step.args[1]!, step.args[0], step.args[3]);
const fchmod: Handler = ({ life, process, call, args, failed }) => {
  const file = life.file(process, call, args[0]!);
  if (file && !failed) life.core.fchmod(file.fd, modeOf(args[1]!));
};

/** Everything on the simulated disk is whose the recorder is: a call that leaves it so takes privileges away, no more. */
function demandOurs({ life, call }: Step, path: string, owner: string, group: string): void {
  const ours = [process.geteuid?.(), process.getegid?.()];
  const others = [owner, group].map(numberOf).some((id, i) => id !== -1 && id !== ours[i]);
  if (others)
    life.refuse(
      call,
      path,
      `owners are not part of the simulated disk, and it is given to ${owner}:${group}`,
    );
}

function changedOwner(
  step: Step,
  [path, owner, group]: Owned,
  at: string | undefined,
  follow: boolean,
): void {
  const place = own(step, path, at, follow);
  if (!place) return;
  demandOurs(step, place.path, owner, group);
  if (follow) step.life.core.chown(place.path, -1, -1);
  else step.life.core.lchown(place.path, -1, -1);
}

/** A path, and who is to have it. */
type Owned = readonly [path: string, owner: string, group: string];

const chown: Handler = (step) => changedOwner(step, step.args as Owned, undefined, true);
const lchown: Handler = (step) => changedOwner(step, step.args as Owned, undefined, false);
const fchownat: Handler = (step) => {
  const [at, path, owner, group, flags] = step.args;
  if (textOf(path!) === '') fchown({ ...step, args: [at!, owner!, group!] });
  else changedOwner(step, [path!, owner!, group!], at, !flags?.includes('AT_SYMLINK_NOFOLLOW'));
};
const fchown: Handler = (step) => {
  const { life, process, call, args, failed } = step;
  const file = life.file(process, call, args[0]!);
  if (!file || failed) return;
  demandOurs(step, file.path, args[1]!, args[2]!);
  life.core.fchown(file.fd, -1, -1);
};

export const NAMES: Readonly<Record<string, Handler>> = {
  rename,
  renameat,
  renameat2: renameat,
  link,
  linkat,
  unlink,
  unlinkat,
  rmdir,
  symlink,
  symlinkat,
  mkdir,
  mkdirat,
  mknod,
  mknodat,
  chmod,
  fchmod,
  fchmodat,
  fchmodat2: fchmodat,
  chown,
  lchown,
  fchown,
  fchownat,
};
