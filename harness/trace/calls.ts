/**
 * The system calls that are recorded. Those with `?` before them don't exist everywhere. What is not in these lists
 * changes no file, or does it in a way that is found out by other means: by a descriptor that nobody was seen to open,
 * or by the comparison with the real directory at the end.
 */
const CHANGES = `
  ?open openat ?openat2 ?creat ?open_by_handle_at write pwrite64 writev pwritev ?pwritev2 truncate ftruncate fallocate
  ?copy_file_range sendfile splice ?rename ?renameat renameat2 ?link linkat ?unlink unlinkat ?rmdir ?symlink symlinkat
  ?mkdir mkdirat ?mknod mknodat ?chmod fchmod fchmodat ?fchmodat2 ?chown ?lchown fchown fchownat fsync fdatasync sync
  syncfs`;

/** What says which file a descriptor is, whose it is, where it stands, and what a relative path begins at. */
const DESCRIPTORS = `
  close ?close_range dup ?dup2 dup3 fcntl lseek chdir fchdir umask unshare clone ?clone3 ?fork ?vfork execve execveat
  ?pidfd_getfd`;

/** Ways to change a file, or the sense of all paths, that the recorder can't follow. */
const REFUSED = `
  mmap mprotect ?io_uring_setup io_submit ioctl mount umount2 pivot_root chroot setns ?open_tree ?move_mount setxattr
  lsetxattr fsetxattr removexattr lremovexattr fremovexattr`;

/** What moves a descriptor's position. The bytes are not asked for: they are known, or not of the disk. */
const READS = 'read readv';

/** What a program learns of files without opening them, or by opening directories. */
const LOOKS = `
  ?stat ?lstat fstat ?newfstatat ?statx ?access faccessat ?faccessat2 ?readlink readlinkat ?statfs fstatfs getdents64
  getxattr lgetxattr listxattr llistxattr utimensat ?utime ?utimes ?futimesat inotify_add_watch fanotify_mark flock
  ?name_to_handle_at`;

/** Calls whose arguments stay numbers. */
const RAW = `${READS} getdents64 fstat`;

/** Longer strings than this, in bytes, are cut off by strace, and then refused. */
const STRING_MAX = 33_554_432;

/**
 * strace's options: all threads and children, whole strings as hexadecimal digits, descriptors with their paths, and
 * only these calls stop the program.
 *
 * @param looks records what the program only looks at, too
 */
export function straceOptions(output: string, looks: boolean): readonly string[] {
  const calls = wordsOf(CHANGES + DESCRIPTORS + REFUSED, READS, looks ? LOOKS : '');
  const raw = wordsOf(RAW);
  return `-f -q -y -xx -s ${STRING_MAX} --seccomp-bpf -e signal=none -e trace=${calls} -e raw=${raw} -o`
    .split(' ')
    .concat(output, '--');
}

/**
 * After these a program stands still if it has files mapped, and they are looked at. Not among them: openat, which changes
 * little and is frequent, and calls that give up when a signal is pending, as fallocate does in memory.
 */
const STOPS = `
  mmap munmap msync fsync fdatasync sync syncfs write pwrite64 writev pwritev ?pwritev2 truncate ftruncate ?rename
  ?renameat renameat2 ?link linkat ?unlink unlinkat ?rmdir ?symlink symlinkat ?mkdir mkdirat ?chmod fchmod fchmodat`;

const MEMORY = 'munmap mremap msync';

/** The same, and the program stands still after each call that says when what it stores in memory matters. */
export function stoppingOptions(output: string, looks: boolean): readonly string[] {
  const options = straceOptions(output, looks).map((word) =>
    word.startsWith('trace=') ? `${word},${wordsOf(MEMORY)}` : word,
  );
  // Signals can't be sent from the filter that is faster.
  const slower = options
    .filter((word) => word !== '--seccomp-bpf')
    .map((word) => (word === 'signal=none' ? 'signal=STOP' : word));
  return ['-e', `inject=${wordsOf(STOPS)}:signal=SIGSTOP`, ...slower];
}

const names = new Set(wordsOf(LOOKS).replaceAll('?', '').split(','));

/** Whether a call changes nothing that a simulated disk holds, whatever it says. */
export function onlyLooks(call: string): boolean {
  return names.has(call);
}

function wordsOf(...texts: readonly string[]): string {
  return texts
    .flatMap((text) => text.split(/\s+/))
    .filter(Boolean)
    .join(',');
}
