import type { Litmus } from './litmus.ts';
import type { Sight } from './states.ts';

const PREFIX = /^a\*2500( b\*\d+)?$/;

const neitherOldNorNew = (disk: Sight): boolean => !['o*10', 'n*10'].includes(disk.content('file') ?? '');
const thereWithoutData = (disk: Sight): boolean => disk.has('file') && disk.content('file') !== 'n*10';
const gWithoutF = (disk: Sight): boolean => disk.content('f') === 'o*1' && disk.content('g') === 'n*1';

const twoFiles = 'create f; write f o*1; create g; write g o*1';

/** The litmus tests of FERRITE's paper, section 3, and example 1 of section 4. */
export const ferriteLitmus: readonly Litmus[] = [
  {
    name: 'F0',
    story: 'Section 3.1: what fsync is for. The data is owed.',
    boot: 'create f',
    program: 'write f n*10; fsync f',
    surprise: 'the data is not there after the fsync',
    shows: (disk) => disk.content('f') !== 'n*10',
    atEnd: true,
  },
  {
    name: 'PA',
    story:
      'Prefix-append. Chrome relied on it; ext4 had been seen to raise the size first: "working as intended".',
    boot: 'create f; write f a*2500',
    program: 'write f b*2500',
    surprise: 'the file is no prefix of what was written to it',
    shows: (disk) => !PREFIX.test(disk.content('f') ?? ''),
  },
  {
    name: 'PA, as it was seen',
    story: 'What FERRITE saw on ext4: 4096 bytes, of which the last 1596 are zeros.',
    boot: 'create f; write f a*2500',
    program: 'write f b*2500',
    surprise: 'the size has risen to the end of the page, the data is not there',
    shows: (disk) => disk.content('f') === 'a*2500 0*1596',
  },
  {
    name: 'OSF',
    story: 'Ordered-same-file-overwrites. Pages of a file are written back in any order.',
    boot: 'create f; write f o*40960',
    program: 'write f n*1 at 40959; write f n*1 at 0',
    surprise: 'the second write is there, the first is not',
    shows: (disk) => disk.content('f') === 'n*1 o*40959',
  },
  {
    name: 'OTF',
    story: 'Ordered-two-files-overwrites. So are the pages of two files.',
    boot: twoFiles,
    program: 'write f n*1 at 0; write g n*1 at 0',
    surprise: 'the second file is new, the first is old',
    shows: gWithoutF,
  },
  {
    name: 'Ex1',
    story: 'Example 1: an fsync of the second file does not cover the first.',
    boot: twoFiles,
    program: 'write f n*1 at 0; write g n*1 at 0; fsync g',
    surprise: 'the second file is new, the first is old',
    shows: gWithoutF,
  },
  {
    name: 'Ex1 with fsync(f)',
    story: 'Example 4: the barrier that orders the two.',
    boot: twoFiles,
    program: 'write f n*1 at 0; fsync f; write g n*1 at 0; fsync g',
    surprise: 'the second file is new, the first is old',
    shows: gWithoutF,
  },
  {
    name: 'DIR1',
    story: 'Section 3.3, whose text the paper omits: two names in one directory.',
    program: 'create a; create b',
    surprise: 'the second name is there, the first is not',
    shows: (disk) => disk.has('b') && !disk.has('a'),
  },
  {
    name: 'DIR1, shared name',
    story: 'The same with a name that both are about: a second name for a file, and then the first goes.',
    boot: 'create a',
    program: 'link a b; unlink a',
    surprise: 'both names are gone',
    shows: (disk) => !disk.has('a') && !disk.has('b'),
  },
  {
    name: 'DIR2',
    story: 'Section 3.3: two names in two directories.',
    boot: 'mkdir d; mkdir e',
    program: 'create d/a; create e/b',
    surprise: 'the second name is there, the first is not',
    shows: (disk) => disk.has('e/b') && !disk.has('d/a'),
  },
  {
    name: 'DIR2, shared name',
    story: 'The same with a name that both are about: what `mv` does where it may not rename.',
    boot: 'mkdir d; mkdir e; create d/a',
    program: 'link d/a e/a; unlink d/a',
    surprise: 'both names are gone',
    shows: (disk) => !disk.has('d/a') && !disk.has('e/a'),
  },
  {
    name: 'IDF',
    story:
      "Implied-directory-fsync. fsync(2) doesn't promise the name; file systems have it on the disk nevertheless.",
    program: 'create f; write f n*10; fsync f',
    surprise: 'the file is not there after its fsync',
    shows: (disk) => !disk.has('f'),
    atEnd: true,
  },
  {
    name: 'ARVR',
    story:
      'Atomic-replace-via-rename without an fsync, as GNOME and dpkg once did it. Found on all but btrfs.',
    boot: 'create file; write file o*10',
    program: 'create tmp; write tmp n*10; rename tmp file',
    surprise: 'the file is neither old nor new',
    shows: neitherOldNorNew,
  },
  {
    name: 'ARVR with fsync',
    story: 'The same done right. It is owed that the file is old or new.',
    boot: 'create file; write file o*10',
    program: 'create tmp; write tmp n*10; fsync tmp; rename tmp file',
    surprise: 'the file is neither old nor new',
    shows: neitherOldNorNew,
  },
  {
    name: 'ACVR',
    story:
      'Atomic-create-via-rename: nothing is replaced, so what protects ARVR on some file systems does not here.',
    program: 'create tmp; write tmp n*10; rename tmp file',
    surprise: 'the file is there and its data is not',
    shows: thereWithoutData,
  },
  {
    name: 'ACVR with fsync',
    story: 'The same done right. It is owed that the file has its data.',
    program: 'create tmp; write tmp n*10; fsync tmp; rename tmp file',
    surprise: 'the file is there and its data is not',
    shows: thereWithoutData,
  },
];
