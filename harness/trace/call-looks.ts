import { fdOf, numberOf } from './arguments.ts';
import { locked } from './call-opens.ts';
import type { Place } from './places.ts';
import type { Handler, Step } from './step.ts';

/** What a program learns without opening a file. The walk itself tells of every name on the way. */
function learned({ life, process }: Step, place: Place): void {
  if (place.type === 'disk' && place.ino > 0) life.learning.look(place.ino);
  if (place.type !== 'descriptor') return;
  const file = process.descriptors.get(place.fd);
  if (file?.kind === 'disk') life.learning.look(file.ino);
}

const byPath =
  (follow: boolean): Handler =>
  (step) =>
    learned(step, step.life.place(step.process, step.call, step.args[0]!, follow));

const byDescriptor: Handler = ({ life, process, call, args }) => {
  const raw = args[0]!.startsWith('0x');
  const { cwd } = process.standing;
  if (args[0]!.startsWith('AT_FDCWD')) return 'ino' in cwd ? life.learning.look(cwd.ino) : undefined;
  const file = raw ? process.descriptors.get(numberOf(args[0]!)) : life.file(process, call, args[0]!);
  if (file?.kind === 'disk') life.learning.look(file.ino);
};

const at: Handler = (step) => {
  const { life, process, call, args } = step;
  if (args[1] === '""' || args[1] === 'NULL') return byDescriptor(step);
  const follow = !args.slice(2).join(' ').includes('AT_SYMLINK_NOFOLLOW');
  learned(step, life.place(process, call, args[1]!, follow, args[0]));
};

const readlinkat: Handler = (step) => {
  const { life, process, call, args } = step;
  if (args[1] === '""') return byDescriptor(step);
  learned(step, life.place(process, call, args[1]!, false, args[0]));
};

const getdents: Handler = ({ life, process, args }) => {
  const file = process.descriptors.get(numberOf(args[0]!));
  if (file?.kind === 'disk') life.learning.listing(file.ino);
};

/** How much room there is depends on all that the disk holds; what the kernel makes up has none. */
const MADE_UP = /^\/(?:proc|sys)(?:\/|$)/;

const room: Handler = ({ life, process, call, args, failed }) => {
  const place = life.place(process, call, args[0]!, true);
  if (!failed && !(place.type === 'elsewhere' && MADE_UP.test(place.path))) life.learning.other();
};

const roomOfOpen: Handler = ({ life, process, args, failed }) => {
  const file = process.descriptors.get(fdOf(args[0]!).fd!);
  if (!failed && !(file?.kind === 'other' && MADE_UP.test(file.path))) life.learning.other();
};

/** Times are no part of the disk, nor are extended attributes, of which no file has any: but a name is there, or isn't. */
const utimensat: Handler = (step) =>
  step.args[1] === 'NULL'
    ? byDescriptor(step)
    : at({ ...step, args: [step.args[0]!, step.args[1]!, step.args[3] ?? ''] });

const watched: Handler = ({ life, process, call, args }) => {
  life.place(process, call, args[1]!, !args[2]?.includes('IN_DONT_FOLLOW'));
};

export const LOOKS: Readonly<Record<string, Handler>> = {
  stat: byPath(true),
  lstat: byPath(false),
  access: byPath(true),
  readlink: byPath(false),
  newfstatat: at,
  statx: at,
  faccessat: at,
  faccessat2: at,
  readlinkat,
  fstat: byDescriptor,
  getdents64: getdents,
  statfs: room,
  fstatfs: roomOfOpen,
  getxattr: byPath(true),
  lgetxattr: byPath(false),
  listxattr: byPath(true),
  llistxattr: byPath(false),
  utime: byPath(true),
  utimes: byPath(true),
  futimesat: at,
  utimensat,
  inotify_add_watch: watched,
  fanotify_mark: ({ life }) => life.learning.other(),
  flock: locked,
  name_to_handle_at: at,
};
