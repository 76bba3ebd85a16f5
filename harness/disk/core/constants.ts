/** Linux' open(2) flags on x86-64 and arm64 alike, as `node:fs` constants have them there. */
export const O_WRONLY = 0o1;
export const O_RDWR = 0o2;
export const O_ACCMODE = 0o3;
export const O_CREAT = 0o100;
export const O_EXCL = 0o200;
export const O_TRUNC = 0o1000;
export const O_APPEND = 0o2000;
export const O_DSYNC = 0o10000;
export const O_DIRECTORY = 0o200000;
export const O_NOFOLLOW = 0o400000;
/** Contains the O_DSYNC bit, as in Linux. */
export const O_SYNC = 0o4010000;
/** The bit that tells O_TMPFILE from O_DIRECTORY. */
export const O_TMPFILE_BIT = 0o20000000;
export const O_PATH = 0o10000000;

/** File types in `st_mode`. */
export const S_IFMT = 0o170000;
export const S_IFREG = 0o100000;
export const S_IFDIR = 0o040000;
export const S_IFLNK = 0o120000;
export const S_ISUID = 0o4000;
export const S_ISGID = 0o2000;
export const S_IXGRP = 0o010;

/** access(2) modes. */
export const X_OK = 1;

/** The longest name of an entry, in bytes. */
export const NAME_MAX = 255;
/** The longest path and the longest symlink target, in bytes, and one more for the terminating zero. */
export const PATH_MAX = 4096;
/** Symlinks followed in one walk before it is taken for a loop. */
export const SYMLINK_HOPS_MAX = 40;

/**
 * The largest file, in bytes: 4 GiB. ext4 has 16 TiB; an image keeps a slot per page, so a file with one byte at a
 * huge offset would fill the memory of the tester. Beyond it, calls fail with EFBIG as they do on a real disk.
 */
export const FILE_SIZE_MAX = 2 ** 32;
