import type { Litmus } from './litmus.ts';

/** What mailing lists have argued about since. */
export const listLitmus: readonly Litmus[] = [
  {
    name: 'K1',
    story:
      'O_SYNC after dirty data (Dilger and Tso, February 2026): the write persists its own range, and earlier dirty data of the file is not owed.',
    boot: 'create f; write f o*8192',
    program: 'write f d*4096 at 0; osync f s*4096 at 4096',
    surprise: 'the page that was dirty is lost',
    shows: (disk) => disk.content('f') === 'o*4096 s*4096',
    atEnd: true,
  },
  {
    name: 'K1, its own page',
    story: 'The same: the page that was written through is owed.',
    boot: 'create f; write f o*8192',
    program: 'write f d*4096 at 0; osync f s*4096 at 4096',
    surprise: 'the page that was written through is lost',
    shows: (disk) => !(disk.content('f') ?? '').endsWith(' s*4096'),
    atEnd: true,
  },
  {
    name: 'K2',
    story: 'O_SYNC on a file that was just made (Hellwig, February 2026): the data is owed, the name is not.',
    program: 'create f; osync f n*10',
    surprise: 'the file is not there after a write through O_SYNC',
    shows: (disk) => !disk.has('f'),
    atEnd: true,
  },
  {
    name: 'K2, O_TRUNC',
    story: 'The same on a file that was there, with O_TRUNC: old or new is not enough, the new data is owed.',
    boot: 'create f; write f o*10',
    program: 'truncate f 0; osync f n*10',
    surprise: 'the file is not new after a write through O_SYNC',
    shows: (disk) => disk.content('f') !== 'n*10',
    atEnd: true,
  },
  {
    name: 'K3',
    story:
      'fsync of the root (October 2025): ext4 keeps a new name in a new directory below, xfs does not. Hellwig: only the entries of the directory itself are owed; Manana: both.',
    program: 'mkdir d; create file1; osync file1 n*10; link file1 d/file2; fsync .',
    surprise: 'the name in the directory below is not there',
    shows: (disk) => !disk.has('d/file2'),
    atEnd: true,
  },
  {
    name: 'K3, its own entries',
    story: 'The same: the directory and the file are owed. btrfs lost the directory, a bug.',
    program: 'mkdir d; create file1; osync file1 n*10; link file1 d/file2; fsync .',
    surprise: 'the directory or the file is not there',
    shows: (disk) => !disk.has('d') || disk.content('file1') !== 'n*10',
    atEnd: true,
  },
  {
    name: 'K4',
    story:
      'A mode made durable by fsync, then a link and an fsync of the root: btrfs 7.0-rc2 lost the mode. It is owed.',
    boot: 'create f',
    program: 'chmod f 600; fsync f; link f g; fsync .',
    surprise: 'the mode is the old one',
    shows: (disk) => disk.mode('f') !== '600' || disk.mode('g') !== '600',
    atEnd: true,
  },
  {
    name: 'K5',
    story:
      'A child is made and synced in a directory that was renamed (f2fs, ade990f): strict owes the new path, posix does not. CrashMonkey 10 is the same.',
    boot: 'mkdir A',
    program: 'rename A B; create B/foo; fsync B/foo',
    surprise: 'the synced file is not at its path',
    shows: (disk) => !disk.has('B/foo'),
    atEnd: true,
  },
  {
    name: 'K5, anywhere',
    story: 'The same: whether the file is there at all, if only under the old name of its directory.',
    boot: 'mkdir A',
    program: 'rename A B; create B/foo; fsync B/foo',
    surprise: 'the synced file is at neither path',
    shows: (disk) => !disk.has('A/foo') && !disk.has('B/foo'),
    atEnd: true,
  },
  {
    name: 'T1',
    story: 'Replace-via-truncate is no protocol: an empty file is a prefix of the ops. Nobody owes more.',
    boot: 'create f; write f o*10',
    program: 'truncate f 0; write f n*10',
    surprise: 'the file is empty',
    shows: (disk) => disk.content('f') === '',
  },
  {
    name: 'T1, neither',
    story: 'The same: whether there is anything but the old, the new and the empty file.',
    boot: 'create f; write f o*10',
    program: 'truncate f 0; write f n*10',
    surprise: 'the file is neither old nor new nor empty',
    shows: (disk) => !['', 'o*10', 'n*10'].includes(disk.content('f') ?? '?'),
  },
  {
    name: 'T2, over a file',
    story:
      'ext4 with auto_da_alloc allocates the new file before a rename over a file, but not before one to a new name.',
    boot: 'create file; write file o*10',
    program: 'create tmp; write tmp n*10; rename tmp file',
    surprise: 'the file is empty',
    shows: (disk) => disk.content('file') === '',
  },
  {
    name: 'T2, to a new name',
    story: 'The same without a file to replace.',
    program: 'create tmp; write tmp n*10; rename tmp file',
    surprise: 'the file is empty',
    shows: (disk) => disk.content('file') === '',
  },
];

/** What ALICE's Table 1 asked of file systems, as far as no test above asks it. */
export const aliceLitmus: readonly Litmus[] = [
  {
    name: 'A1',
    story: 'An overwrite before any other op: only data=journal and data=ordered of ext3 keep it.',
    boot: 'create f; write f o*10',
    program: 'write f n*10 at 0; create g',
    surprise: 'the later name is there, the overwritten data is old',
    shows: (disk) => disk.has('g') && disk.content('f') === 'o*10',
  },
  {
    name: 'A2',
    story: 'An append before any other op: delayed allocation gave it up.',
    boot: 'create f',
    program: 'write f n*10; create g',
    surprise: 'the later name is there, the appended data is not',
    shows: (disk) => disk.has('g') && disk.content('f') !== 'n*10',
  },
];

/** The new bugs that CrashMonkey and ACE found in btrfs (Linux 4.16), as far as names and sizes can show them. */
export const crashMonkeyLitmus: readonly Litmus[] = [
  {
    name: 'CM-1',
    story: 'File lost during rename: the source or the destination is owed.',
    program:
      'mkdir A; create A/bar; fsync A/bar; mkdir B; create B/bar; rename B/bar A/bar; create A/foo; fsync A/foo; fsync A',
    surprise: 'neither name is there',
    shows: (disk) => !disk.has('A/bar') && !disk.has('B/bar'),
    atEnd: true,
  },
  {
    name: 'CM-1, old directories',
    story: 'The same with directories that are durable, so that nothing but the rename is asked about.',
    boot: 'mkdir A; mkdir B',
    program:
      'create A/bar; fsync A/bar; create B/bar; rename B/bar A/bar; create A/foo; fsync A/foo; fsync A',
    surprise: 'neither name is there',
    shows: (disk) => !disk.has('A/bar') && !disk.has('B/bar'),
    atEnd: true,
  },
  {
    name: 'CM-2',
    story: 'File in both directories after a rename: a rename is owed whole or not at all.',
    program:
      'mkdir A; mkdir A/C; rename A/C B; create B/bar; fsync B/bar; rename B/bar A/bar; rename A B; fsync B/bar',
    surprise: 'the file has two names',
    shows: (disk) => Object.values(disk.tree).some((node) => node.type === 'file' && node.nlink === 2),
    atEnd: true,
  },
  {
    name: 'CM-3',
    story:
      'fsync of a directory lost it and all that was in it. Its entries are owed, and file systems keep its name.',
    program: 'mkdir A; mkdir B; mkdir A/C; create B/foo; fsync B/foo; link B/foo A/C/foo; fsync A',
    surprise: 'the synced directory is not there',
    shows: (disk) => !disk.has('A/C'),
    atEnd: true,
  },
  {
    name: 'CM-4',
    story: 'A renamed directory was lost after fsyncs of it and of a file in it.',
    boot: 'mkdir A',
    program: 'rename A B; create B/foo; fsync B/foo; fsync B',
    surprise: 'the synced directory is not there',
    shows: (disk) => !disk.has('B/foo'),
    atEnd: true,
  },
  {
    name: 'CM-5',
    story: 'A hard link was not persisted by an fsync of each of the two names.',
    program: 'mkdir A; mkdir B; create A/foo; link A/foo B/foo; fsync A/foo; fsync B/foo',
    surprise: 'the second name is not there',
    shows: (disk) => !disk.has('B/foo'),
    atEnd: true,
  },
  {
    name: 'CM-6',
    story: 'fsync of a directory lost a file in it. The entry is owed.',
    boot: 'mkdir test',
    program: 'mkdir test/A; create test/foo; create test/A/foo; fsync test/A/foo; fsync test',
    surprise: 'the file in the synced directory is not there',
    shows: (disk) => !disk.has('test/foo'),
    atEnd: true,
  },
  {
    name: 'CM-7',
    story: 'fsync of a file did not persist its other name. Not owed, its developers said.',
    program: 'create foo; mkdir A; link foo A/bar; fsync foo',
    surprise: 'the other name is not there',
    shows: (disk) => !disk.has('A/bar'),
    atEnd: true,
  },
];

/** What this project's own protocols lean on, or were once bitten by. */
export const houseLitmus: readonly Litmus[] = [
  {
    name: 'move',
    story:
      'A file moves into a new directory, and only that is synced: its own name is not owed, and the old one is gone.',
    boot: 'create n; write n n*10',
    program: 'mkdir data; rename n data/n; fsync data',
    surprise: 'the file is in neither place',
    shows: (disk) => !disk.has('n') && !disk.has('data/n'),
    atEnd: true,
  },
  {
    name: 'move, old directory',
    story: 'The same with a directory that was made durable first. The move is owed.',
    boot: 'create n; write n n*10',
    program: 'mkdir data; fsync .; rename n data/n; fsync data',
    surprise: 'the file is in neither place',
    shows: (disk) => !disk.has('n') && !disk.has('data/n'),
    atEnd: true,
  },
  {
    name: 'mode, fdatasync',
    story: 'fdatasync(2) leaves out what is not needed to read the data.',
    boot: 'create f; write f o*10',
    program: 'chmod f 600; fdatasync f',
    surprise: 'the mode is the old one',
    shows: (disk) => disk.mode('f') !== '600',
    atEnd: true,
  },
  {
    name: 'mode, fsync',
    story: 'The same with fsync, which owes it.',
    boot: 'create f; write f o*10',
    program: 'chmod f 600; fsync f',
    surprise: 'the mode is the old one',
    shows: (disk) => disk.mode('f') !== '600',
    atEnd: true,
  },
  {
    name: 'write-through',
    story: 'A dirty page, and a write through O_SYNC over it: the old data must not come back on top.',
    boot: 'create f; write f o*10',
    program: 'write f a*10 at 0; osync f b*10 at 0',
    surprise: 'the file has not what was written through',
    shows: (disk) => disk.content('f') !== 'b*10',
    atEnd: true,
  },
  {
    name: 'name used again',
    story:
      'A file is removed and one of its name is made, synced, and the directory too. The new one is owed.',
    boot: 'create f; write f o*10',
    program: 'unlink f; create f; write f n*10; fsync f; fsync .',
    surprise: 'the old file is there, or none',
    shows: (disk) => disk.content('f') !== 'n*10',
    atEnd: true,
  },
];
