import { fdOf } from './arguments.ts';
import type { Handler, Step } from './step.ts';

/** What can change a file of the disk without a call that says how. It is named, and the whole record is refused. */

/** Requests of io_uring are passed in memory. */
const ioUring: Handler = ({ life, call, failed }) => {
  if (!failed) life.refuse(call, '/', 'what is asked for through io_uring is not recorded');
};

const WRITES = /aio_lio_opcode=IOCB_CMD_(?:PWRITE|PWRITEV)/;

const ioSubmit: Handler = ({ life, process, call, args, failed }) => {
  const text = args.slice(2).join(', ');
  if (failed || !WRITES.test(text)) return;
  for (const [, fd] of text.matchAll(/aio_fildes=([^,}]+)/g)) {
    const file = life.file(process, call, fd!);
    if (file)
      life.refuse(call, life.core.openFile(file.fd)!.path, 'it is written to while the program goes on');
  }
};

/** What asks whether a file is a terminal, or a device, learns of each file of the disk that it is none. */
const NEVER = /^(?:TC|TIOC|BLK|HDIO_|SG_|SIOC)/;
/** These change nothing: where a file's blocks are, its flags, its block size, how much can be read. */
const LOOKS = /FIEMAP|FIBMAP|FIGETBSZ|FIONREAD|FS_IOC_GET|FSGETXATTR|FIOASYNC|FIONBIO/;

const ioctl: Handler = ({ life, process, call, args, failed }) => {
  const [fd = '', request = ''] = args;
  if (NEVER.test(request)) return;
  if (!failed && /^FION?CLEX/.test(request))
    return process.descriptors.setOnExec(fdOf(fd).fd!, request === 'FIOCLEX' ? 'closed' : 'kept');
  const file = life.file(process, call, fd);
  if (!file) return;
  life.learning.inode(file.ino);
  if (!failed && !LOOKS.test(request))
    life.refuse(call, life.core.openFile(file.fd)!.path, `${request} is not followed`);
};

const ATTRIBUTES = 'extended attributes are not part of the simulated disk';

const setxattr =
  (follow: boolean): Handler =>
  ({ life, process, call, args, failed }) => {
    const place = life.place(process, call, args[0]!, follow);
    if (!failed && place.type === 'disk') life.refuse(call, place.path, ATTRIBUTES);
    const file = place.type === 'descriptor' ? process.descriptors.get(place.fd) : undefined;
    if (!failed && file?.kind === 'disk') life.refuse(call, file.path, ATTRIBUTES);
  };

const fsetxattr: Handler = ({ life, process, call, args, failed }) => {
  const file = life.file(process, call, args[0]!);
  if (file && !failed) life.refuse(call, file.path, ATTRIBUTES);
};

function changesPaths({ life, call, failed }: Step): void {
  if (!failed) life.refuse(call, '/', 'paths may mean something else from then on');
}

/** Namespaces of processes and networks leave paths alone. */
const setns: Handler = (step) => {
  if (/mnt:|^0$|NEWNS/.test(`${fdOf(step.args[0]!).path ?? ''} ${step.args[1] ?? ''}`)) changesPaths(step);
};

export const REFUSALS: Readonly<Record<string, Handler>> = {
  io_uring_setup: ioUring,
  io_submit: ioSubmit,
  ioctl,
  setxattr: setxattr(true),
  lsetxattr: setxattr(false),
  fsetxattr,
  removexattr: setxattr(true),
  lremovexattr: setxattr(false),
  fremovexattr: fsetxattr,
  mount: changesPaths,
  umount2: changesPaths,
  pivot_root: changesPaths,
  chroot: changesPaths,
  open_tree: changesPaths,
  move_mount: changesPaths,
  setns,
};
