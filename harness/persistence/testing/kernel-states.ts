/**
 * States that real kernels left on a disk and that a model once called impossible, each with the smallest program that
 * leads there; and states that look like them and that no kernel may leave, because a rule that allows both says
 * nothing. The numbers are those of docs/models.md.
 *
 * A title; the models, the disk before and the program; `+` or `-`, and the disk that the models have or have not. That
 * is at the program's end, or with `@1` after its first op. `*` stands for all models of ext4 (not data=journal).
 */
const TEXT = `
1: a write through O_DSYNC is torn
  ext4* xfs posix | create f; write f o*8192 | osync f n*4096 at 500
  + @1 f o*500 n*3596 o*4096
1, once it has returned
  ext4* xfs posix | create f; write f o*8192 | osync f n*4096 at 500
  - f o*500 n*3596 o*4096
1: a write through O_DSYNC is torn
  ext4* xfs posix | create f; write f o*8192 | osync f n*4096 at 500
  + @1 f o*4096 n*500 o*3596
1, once it has returned
  ext4* xfs posix | create f; write f o*8192 | osync f n*4096 at 500
  - f o*4096 n*500 o*3596
2: a size that was set, without the data
  ext4* |  | create i; write i a*5000; truncate i 1000; create g; write g b*100; fsync g
  + g b*100; i 0*1000
2, but not where data are written before the size is set
  xfs |  | create i; write i a*5000; truncate i 1000; create g; write g b*100; fsync g
  - g b*100; i 0*1000
2, but not with a size that it never had
  ext4* xfs |  | create i; write i a*5000; truncate i 1000; create g; write g b*100; fsync g
  - g b*100; i
2: synced behind what is lost
  xfs |  | create f; write f b*6000; osync f c*1000 at 6000
  + f 0*4096 b*1904 c*1000
2, but not without what was synced
  xfs |  | create f; write f b*6000; osync f c*1000 at 6000
  - f b*6000
2: the other half of a rename that was overridden
  btrfs | create c; write c o*100 | rename c f; unlink f; create f; write f a*3000; fsync f
  + c o*100; f a*3000
2, but not where that would lose a file which has a name
  btrfs | create c; write c o*100 | rename c f; create c; write c a*3000; fsync c
  - c a*3000
3: a cut page is zeroed before the size is set
  ext4* xfs posix | create f; write f o*8192 | truncate f 5000
  + f o*5000 0*3192
7: a tail that was cut off is back
  writeback* | create f; write f o*4096 | truncate f 1000; write f n*3000
  + f o*4000
7, but not where a commit waits for the zeroes
  ordered* xfs | create f; write f o*4096 | truncate f 1000; write f n*3000
  - f o*4000
4: a page that is overwritten under the old size
  xfs | create f; write f o*1000 | write f n*8192 at 0
  + f n*1000
4, but no size without its page
  xfs | create f; write f o*1000 | write f n*8192 at 0
  - f o*1000 0*3096
5: the end of the old last page for a size
  xfs posix | create f; write f o*1000 | write f n*808 at 8192
  + f o*1000 0*3096
5: the end of the old last page for a size
  xfs posix | create f; write f o*9000 | write f n*100 at 20000
  + f o*9000 0*3288
5, but not the new size without its page
  xfs | create f; write f o*1000 | write f n*808 at 8192
  - f o*1000 0*8000
5, but not where pages have no size of their own
  ext4 btrfs | create f; write f o*1000 | write f n*808 at 8192
  - f o*1000 0*3096
6: new data in blocks that a cut has freed
  writeback* | create f; write f o*12288 | truncate f 4096; create g; write g n*8192
  + f o*4096 n*8192
6: the second page of a file in the first block of an old one
  writeback* | create f; write f o*4096 | unlink f; create f; write f n*6000
  + f n*1904 0*2192
6, but not one page in two blocks
  writeback* | create f; write f o*12288 | truncate f 4096; create g; write g n*4096
  - f o*4096 n*8192
6, but not once the new file is synced
  writeback* | create f; write f o*4096 | unlink f; create g; write g n*4096; fsync g
  - f n*4096; g n*4096
8: a rename to another directory, logged by that one alone
  btrfs | mkdir d; mkdir e; create d/x; write d/x o*10 | rename d/x e/x; fsync e
  + d/; d/x o*10; e/; e/x = d/x
8, but not by the file
  btrfs | mkdir d; mkdir e; create d/x; write d/x o*10 | rename d/x e/x; fsync e/x
  - d/; d/x o*10; e/; e/x = d/x
8, but not within one directory
  btrfs | mkdir d; mkdir e; create d/x; write d/x o*10 | rename d/x d/y; fsync d
  - d/; d/x o*10; d/y = d/x; e/
9: the later part of a file without the earlier one
  btrfs |  | create f; write f a*12288
  + f 0*8192 a*4096
9, but not the other way round
  btrfs |  | create f; write f a*12288
  - f a*4096 0*8192
10: a rename of a logged file ahead of what came before
  btrfs | mkdir d; create d/x; write d/x o*10 | mkdir m; write d/x n*20 at 0; fsync d/x; rename d/x y; create c; fsync c
  + c; d/; y n*20
10: with what else is new in the directory that it had its name in
  btrfs | mkdir d; create d/x; write d/x o*10 | mkdir m; mkdir d/m; write d/x n*20 at 0; fsync d/x; rename d/x d/y; create c; fsync c
  + c; d/; d/m/; d/y n*20
10, but not one of a file that is not in the log
  btrfs | mkdir d; create d/x; write d/x o*10 | mkdir m; rename d/x y; create c; fsync c
  - c; d/; y o*10
11: out of a directory that was fsynced for its own rename
  btrfs | create h; mkdir d; create d/x | unlink h; rename d f; fsync f; rename f/x x; create c; fsync c
  + c; f/; h; x
11, but not out of one that was not
  btrfs | create h; mkdir d; create d/x | unlink h; rename d f; rename f/x x; create c; fsync c
  - c; f/; h; x
12: a rename of a logged directory ahead of a removal in it
  btrfs | mkdir d; create d/f; write d/f o*10 | link d/f d/i; fsync d; unlink d/f; rename d g; rename g/i j; create c; fsync c
  + c; g/; g/f o*10; j = g/f
12, but not of one that was not logged
  btrfs | mkdir d; create d/f; write d/f o*10; link d/f d/i | unlink d/f; rename d g; create c; fsync c
  - c; g/; g/f o*10; g/i = g/f
an fsync of a directory logs what is new in new ones below it
  btrfs | mkdir d | mkdir m; mkdir d/n; create d/n/f; fsync d
  + d/; d/n/; d/n/f
an fsync of a file that was linked logs its old directory
  btrfs | mkdir d; mkdir e; create d/x; write d/x o*10 | mkdir m; mkdir d/n; link d/x e/x; fsync e/x
  + d/; d/n/; d/x o*10; e/; e/x = d/x
but not one of a file that was not
  btrfs | mkdir d; mkdir e; create d/x; write d/x o*10 | mkdir m; mkdir d/n; write d/x n*20 at 0; fsync d/x
  - d/; d/n/; d/x n*20; e/
that a name is gone is missed in a directory that is in the log
  btrfs | mkdir d; mkdir e; create d/x; write d/x o*10; link d/x e/y | mkdir e/m; fsync e; unlink e/y; fsync d/x
  + d/; d/x o*10; e/; e/m/; e/y = d/x
but not in another
  btrfs | mkdir d; mkdir e; create d/x; write d/x o*10; link d/x e/y | unlink e/y; fsync d/x
  - d/; d/x o*10; e/; e/y = d/x
7: also where nothing is overwritten in place
  btrfs | create f; write f b*6000 | truncate f 1000; truncate f 5000
  + f b*4096 0*904
7, but not where a commit waits for the zeroes, or they are written first
  ordered* xfs | create f; write f b*6000 | truncate f 1000; truncate f 5000
  - f b*4096 0*904
an fsync of a directory that has not changed puts it into the log
  btrfs | mkdir d | create g; fsync d; rename d e
  + e/
but only an fsync does
  btrfs | mkdir d | create g; rename d e
  - e/
an fsync of a directory logs a new file with all its names
  btrfs | mkdir d; mkdir e | create m; mkdir e/x; link m d/f; fsync .
  + d/; d/f; e/; m = d/f
but not a file that it does not hold
  btrfs | mkdir d; mkdir e | create d/k; mkdir e/x; link d/k d/f; fsync .
  - d/; d/f; d/k = d/f; e/
13: an fsync of a directory logs the size of a file with a new name, and none of its data
  btrfs | create g; write g o*3000 | link g i; truncate i 0; write i n*1904; fsync .
  + g o*1904; i = g
13: so does one that takes a place
  btrfs | create a; write a p*5000; create g; write g o*3000 | truncate a 0; write a n*1000; rename a g; fsync .
  + g p*1000
13: a further name of a logged file
  btrfs | create g; write g o*3000 | write g n*2000; fsync g; truncate g 0; write g n*1904; link g i; create c; fsync c
  + c; g o*1904; i = g
13, but not without a new name
  btrfs | create g; write g o*3000 | truncate g 0; write g n*1904; fsync .
  - g o*1904
13, but not a size that is more than what was committed
  btrfs | create g; write g o*3000 | link g i; truncate i 0; write i n*5000; fsync .
  - g o*3000 0*2000; i = g
13, but not without an fsync of the directory
  btrfs | create g; write g o*3000 | link g i; truncate i 0; write i n*1904
  - g o*1904; i = g
13, but not where the journal has sizes and names in order
  ext4 xfs | create g; write g o*3000 | link g i; truncate i 0; write i n*1904; fsync .
  - g o*1904; i = g
14: the end of a page that is synced, while the size that the program sees is pending
  ext4* xfs posix | create f | write f b*8192 at 8192; osync f c*5000 at 1000
  + f 0*1000 c*5000 0*2192
14, but not less than what was synced
  ext4* xfs posix | create f | write f b*8192 at 8192; osync f c*5000 at 1000
  - f 0*1000 c*3096
14: what a program is promised is no more than its own bytes
  posix | create f | write f b*8192 at 8192; osync f c*5000 at 1000
  + f 0*1000 c*5000
14, but a file system writes whole pages
  ext4* xfs | create f | write f b*8192 at 8192; osync f c*5000 at 1000
  - f 0*1000 c*5000
14, also where nothing is synced
  ext4* xfs posix | create f | write f b*8192 at 8192; write f c*5000 at 0
  + f c*5000 0*3192
14, but not where the size is on the disk
  ext4* xfs posix | create f; write f b*8192 at 8192 | write f c*5000 at 0
  - f c*5000 0*3192
14: a size that was set is synced up to what is written behind it
  posix | create f | truncate f 10000; osync f c*100 at 0
  + f c*100
14, but not less than that
  ext4* xfs posix | create f | truncate f 10000; osync f c*100 at 0
  - f
`;

const GROUPS: Readonly<Record<string, string>> = {
  'ext4*': 'ext4 ext4-noauto ext4-writeback ext4-writeback-noauto',
  'ordered*': 'ext4 ext4-noauto',
  'writeback*': 'ext4-writeback ext4-writeback-noauto',
};

export interface KernelState {
  readonly title: string;
  readonly model: string;
  readonly boot: string;
  readonly program: string;
  /** After so many ops; -1 for the end. */
  readonly at: number;
  /** Files with their contents, directories, further names of a file: `d/; d/f o*10; g = d/f`. */
  readonly disk: string;
  readonly allowed: boolean;
}

export const kernelStates: readonly KernelState[] = parse(TEXT.trim().split('\n'));

function parse(lines: readonly string[]): readonly KernelState[] {
  const states: KernelState[] = [];
  for (let i = 0; i < lines.length; i += 3) {
    const [title, about, shown] = lines.slice(i, i + 3).map((line) => line.trim()) as [
      string,
      string,
      string,
    ];
    const [models, boot, program] = about.split('|').map((part) => part.trim()) as [string, string, string];
    const [, sign, at = '-1', disk] = /^([+-]) (?:@(\d+) )?(.*)$/.exec(shown)!;
    const names = models.split(' ').flatMap((name) => (GROUPS[name] ?? name).split(' '));
    for (const model of names) {
      states.push({ title, model, boot, program, at: Number(at), disk: disk!, allowed: sign === '+' });
    }
  }
  return states;
}
