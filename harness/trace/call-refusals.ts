import { fdOf, numberOf } from './arguments.ts';
import type { Handler, Step } from './step.ts';

/** What can change a file of the disk without a call that says how. It is named, and the whole record is refused. */

/** A file that is mapped to be shared: what is written into that memory is in no trace. */
const mmap: Handler = ({ life, process, call, args, failed, value }) => {
  const [, length = '0', protection = '', flags = '', fd = '-1'] = args;
  if (failed || fd.startsWith('-1') || !flags.startsWith('MAP_SHARED')) return;
  const file = life.file(process, call, fd);
  if (!file) return;
  const { path } = life.core.openFile(file.fd)!;
  if (protection.includes('PROT_WRITE'))
    life.refuse(call, path, 'it is mapped to be shared and written to, and what is written is not recorded');
  life.learning.inode(file.ino);
  if (life.core.openFile(file.fd)!.writable)
    life.shared.push({ from: value, to: value + numberOf(length), path });
};

const mprotect: Handler = ({ life, call, args, failed }) => {
  if (failed || life.shared.length === 0 || !args[2]?.includes('PROT_WRITE')) return;
  const from = numberOf(args[0]!);
  const to = from + numberOf(args[1]!);
  const map = life.shared.find((each) => each.from < to && from < each.to);
  if (map) life.refuse(call, map.path, 'memory that it shares is made writable');
};

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

const CLONES = /FICLONE|BTRFS_IOC_CLONE|FIDEDUPERANGE|SWAP_EXT|EXCHANGE_RANGE/;

const ioctl: Handler = ({ life, process, call, args, failed }) => {
  if (failed || !CLONES.test(args[1] ?? '')) return;
  const file = life.file(process, call, args[0]!);
  if (file) life.refuse(call, life.core.openFile(file.fd)!.path, `${args[1]!} is not followed`);
};

function changesPaths({ life, call, failed }: Step): void {
  if (!failed) life.refuse(call, '/', 'paths may mean something else from then on');
}

/** Namespaces of processes and networks leave paths alone. */
const setns: Handler = (step) => {
  if (/mnt:|^0$|NEWNS/.test(`${fdOf(step.args[0]!).path ?? ''} ${step.args[1] ?? ''}`)) changesPaths(step);
};

export const REFUSALS: Readonly<Record<string, Handler>> = {
  mmap,
  mprotect,
  io_uring_setup: ioUring,
  io_submit: ioSubmit,
  ioctl,
  mount: changesPaths,
  umount2: changesPaths,
  pivot_root: changesPaths,
  chroot: changesPaths,
  open_tree: changesPaths,
  move_mount: changesPaths,
  setns,
};
