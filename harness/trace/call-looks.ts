import { numberOf } from './arguments.ts';
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

const room: Handler = ({ life }) => life.learning.other();

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
  fstatfs: room,
};
