/**
 * Which model allows the surprise of which litmus test, and which forbids it: one table for each sort of model. To
 * have more models judged, add a table; a test or a cell that is left out (`.`) is not judged. Columns are two spaces
 * apart or more.
 */

/** Disks in general. What posix allows is owed by nobody; what alice forbids is owed by all. */
const GENERAL = `
                        sequential  posix   alice
F0                      forbid      forbid  forbid
PA                      forbid      allow   allow
PA, as it was seen      forbid      allow   allow
OSF                     forbid      allow   allow
OTF                     forbid      allow   allow
Ex1                     forbid      allow   allow
Ex1 with fsync(f)       forbid      forbid  forbid
DIR1                    forbid      allow   allow
DIR1, shared name       forbid      allow   allow
DIR2                    forbid      allow   allow
DIR2, shared name       forbid      allow   allow
IDF                     forbid      allow   allow
ARVR                    forbid      allow   allow
ARVR with fsync         forbid      forbid  allow
ACVR                    forbid      allow   allow
ACVR with fsync         forbid      forbid  forbid
K1                      forbid      allow   allow
K1, its own page        forbid      forbid  forbid
K2                      forbid      allow   allow
K2, O_TRUNC             forbid      forbid  forbid
K3                      forbid      allow   allow
K3, its own entries     forbid      forbid  forbid
K4                      forbid      forbid  forbid
K5                      forbid      allow   allow
K5, anywhere            forbid      allow   allow
T1                      allow       allow   allow
T1, neither             forbid      allow   allow
T2, over a file         forbid      allow   allow
T2, to a new name       forbid      allow   allow
A1                      forbid      allow   allow
A2                      forbid      allow   allow
CM-1                    forbid      allow   allow
CM-1, old directories   forbid      forbid  forbid
CM-2                    forbid      forbid  allow
CM-3                    forbid      allow   allow
CM-4                    forbid      allow   allow
CM-5                    forbid      allow   allow
CM-6                    forbid      forbid  forbid
CM-7                    forbid      allow   allow
move                    forbid      allow   allow
move, old directory     forbid      forbid  forbid
mode, fdatasync         forbid      allow   allow
mode, fsync             forbid      forbid  forbid
write-through           forbid      forbid  forbid
name used again         forbid      forbid  forbid
`;

/**
 * Real file systems. Names of synced files are kept by all, and names are in order on ext4 and xfs. K3 parts them: a
 * directory's fsync commits everything on ext4, its own log on xfs, and one directory on btrfs.
 */
const FILE_SYSTEMS = `
                        ext4-journal  ext4    ext4-noauto  ext4-writeback  xfs     btrfs
F0                      forbid        forbid  forbid       forbid          forbid  forbid
PA                      forbid        allow   allow        allow           allow   allow
PA, as it was seen      forbid        allow   allow        allow           forbid  forbid
OSF                     forbid        allow   allow        allow           allow   allow
OTF                     forbid        allow   allow        allow           allow   allow
Ex1                     forbid        allow   allow        allow           allow   allow
Ex1 with fsync(f)       forbid        forbid  forbid       forbid          forbid  forbid
DIR1                    forbid        forbid  forbid       forbid          forbid  forbid
DIR1, shared name       forbid        forbid  forbid       forbid          forbid  forbid
DIR2                    forbid        forbid  forbid       forbid          forbid  forbid
DIR2, shared name       forbid        forbid  forbid       forbid          forbid  forbid
IDF                     forbid        forbid  forbid       forbid          forbid  forbid
ARVR                    forbid        allow   allow        allow           allow   allow
ARVR with fsync         forbid        forbid  forbid       forbid          forbid  forbid
ACVR                    forbid        allow   allow        allow           allow   allow
ACVR with fsync         forbid        forbid  forbid       forbid          forbid  forbid
K1                      forbid        allow   allow        allow           allow   allow
K1, its own page        forbid        forbid  forbid       forbid          forbid  forbid
K2                      forbid        forbid  forbid       forbid          forbid  forbid
K2, O_TRUNC             forbid        forbid  forbid       forbid          forbid  forbid
K3                      forbid        forbid  forbid       forbid          allow   allow
K3, its own entries     forbid        forbid  forbid       forbid          forbid  forbid
K4                      forbid        forbid  forbid       forbid          forbid  forbid
K5                      forbid        forbid  forbid       forbid          forbid  allow
K5, anywhere            forbid        forbid  forbid       forbid          forbid  forbid
T1                      allow         allow   allow        allow           allow   allow
T1, neither             forbid        allow   allow        allow           forbid  forbid
T2, over a file         forbid        forbid  allow        forbid          allow   allow
T2, to a new name       forbid        allow   allow        allow           allow   allow
A1                      forbid        allow   allow        allow           allow   allow
A2                      forbid        allow   allow        allow           allow   allow
CM-1                    forbid        forbid  forbid       forbid          forbid  forbid
CM-1, old directories   forbid        forbid  forbid       forbid          forbid  forbid
CM-2                    forbid        forbid  forbid       forbid          forbid  forbid
CM-3                    forbid        forbid  forbid       forbid          forbid  forbid
CM-4                    forbid        forbid  forbid       forbid          forbid  forbid
CM-5                    forbid        forbid  forbid       forbid          forbid  forbid
CM-6                    forbid        forbid  forbid       forbid          forbid  forbid
CM-7                    forbid        forbid  forbid       forbid          forbid  forbid
move                    forbid        forbid  forbid       forbid          forbid  forbid
move, old directory     forbid        forbid  forbid       forbid          forbid  forbid
mode, fdatasync         allow         allow   allow        allow           allow   forbid
mode, fsync             forbid        forbid  forbid       forbid          forbid  forbid
write-through           forbid        forbid  forbid       forbid          forbid  forbid
name used again         forbid        forbid  forbid       forbid          forbid  forbid
`;

/** FERRITE's models, by its paper and its code. */
const FERRITE = `
                        ferrite-advfs  ferrite-code-nodelalloc  ferrite-code  ferrite-ext4
F0                      forbid         forbid                   forbid        forbid
PA                      forbid         forbid                   allow         allow
PA, as it was seen      forbid         forbid                   allow         allow
OSF                     forbid         allow                    allow         allow
OTF                     forbid         allow                    allow         allow
Ex1                     allow          allow                    allow         allow
Ex1 with fsync(f)       forbid         forbid                   forbid        forbid
DIR1                    forbid         forbid                   forbid        allow
DIR1, shared name       forbid         forbid                   forbid        forbid
DIR2                    forbid         forbid                   forbid        allow
DIR2, shared name       forbid         forbid                   forbid        forbid
IDF                     forbid         forbid                   forbid        allow
ARVR                    allow          allow                    allow         allow
ARVR with fsync         forbid         forbid                   forbid        forbid
ACVR                    allow          allow                    allow         allow
ACVR with fsync         forbid         forbid                   forbid        forbid
K1                      forbid         forbid                   forbid        allow
K1, its own page        forbid         forbid                   forbid        forbid
K2                      forbid         forbid                   forbid        allow
K2, O_TRUNC             forbid         forbid                   forbid        forbid
K3                      forbid         forbid                   forbid        allow
K3, its own entries     forbid         forbid                   forbid        forbid
K4                      forbid         forbid                   forbid        forbid
K5                      forbid         forbid                   forbid        allow
K5, anywhere            forbid         forbid                   forbid        allow
T1                      forbid         allow                    allow         allow
T1, neither             forbid         forbid                   forbid        forbid
T2, over a file         allow          allow                    allow         allow
T2, to a new name       allow          allow                    allow         allow
A1                      allow          allow                    allow         allow
A2                      allow          allow                    allow         allow
CM-1                    forbid         forbid                   forbid        allow
CM-1, old directories   forbid         forbid                   forbid        forbid
CM-2                    forbid         forbid                   forbid        forbid
CM-3                    forbid         forbid                   forbid        allow
CM-4                    forbid         forbid                   forbid        allow
CM-5                    forbid         forbid                   forbid        allow
CM-6                    forbid         forbid                   forbid        forbid
CM-7                    forbid         forbid                   forbid        allow
move                    forbid         forbid                   forbid        allow
move, old directory     forbid         forbid                   forbid        forbid
mode, fdatasync         forbid         forbid                   forbid        allow
mode, fsync             forbid         forbid                   forbid        forbid
write-through           forbid         forbid                   forbid        forbid
name used again         forbid         forbid                   forbid        forbid
`;

/** ALICE's file systems. Its default is `alice` above. */
const ALICE = `
                        alice-ext3-j  alice-ext3-o  alice-ext3-w  alice-ext4-o  alice-btrfs
F0                      forbid        forbid        forbid        forbid        forbid
PA                      forbid        forbid        allow         allow         allow
PA, as it was seen      forbid        forbid        allow         forbid        forbid
OSF                     forbid        allow         allow         allow         allow
OTF                     forbid        allow         allow         allow         allow
Ex1                     forbid        allow         allow         allow         allow
Ex1 with fsync(f)       forbid        forbid        forbid        forbid        forbid
DIR1                    forbid        forbid        forbid        forbid        allow
DIR1, shared name       forbid        forbid        forbid        forbid        allow
DIR2                    forbid        forbid        forbid        forbid        allow
DIR2, shared name       forbid        forbid        forbid        forbid        allow
IDF                     forbid        forbid        forbid        forbid        forbid
ARVR                    forbid        forbid        allow         forbid        forbid
ARVR with fsync         forbid        forbid        forbid        forbid        forbid
ACVR                    forbid        forbid        allow         forbid        forbid
ACVR with fsync         forbid        forbid        forbid        forbid        forbid
K1                      forbid        forbid        allow         allow         allow
K1, its own page        forbid        forbid        forbid        forbid        forbid
K2                      forbid        forbid        forbid        allow         allow
K2, O_TRUNC             forbid        forbid        forbid        forbid        forbid
K3                      forbid        forbid        forbid        allow         allow
K3, its own entries     forbid        forbid        forbid        forbid        forbid
K4                      forbid        forbid        forbid        forbid        forbid
K5                      forbid        forbid        forbid        forbid        forbid
K5, anywhere            forbid        forbid        forbid        forbid        forbid
T1                      allow         allow         allow         allow         allow
T1, neither             forbid        forbid        allow         forbid        forbid
T2, over a file         forbid        forbid        forbid        forbid        forbid
T2, to a new name       forbid        forbid        forbid        forbid        forbid
A1                      forbid        forbid        allow         allow         allow
A2                      forbid        forbid        allow         allow         allow
CM-1                    forbid        forbid        forbid        forbid        forbid
CM-1, old directories   forbid        forbid        forbid        forbid        forbid
CM-2                    forbid        forbid        forbid        forbid        forbid
CM-3                    forbid        forbid        forbid        forbid        allow
CM-4                    forbid        forbid        forbid        forbid        forbid
CM-5                    forbid        forbid        forbid        forbid        forbid
CM-6                    forbid        forbid        forbid        forbid        forbid
CM-7                    forbid        forbid        forbid        forbid        forbid
move                    forbid        forbid        forbid        forbid        allow
move, old directory     forbid        forbid        forbid        forbid        forbid
mode, fdatasync         forbid        forbid        allow         allow         allow
mode, fsync             forbid        forbid        forbid        forbid        forbid
write-through           forbid        forbid        forbid        forbid        forbid
name used again         forbid        forbid        forbid        forbid        forbid
`;

export type Verdict = 'allow' | 'forbid';

/** One cell: what a model says to a test. */
export interface Judgement {
  readonly test: string;
  readonly model: string;
  readonly verdict: Verdict;
}

export const judgements: readonly Judgement[] = [GENERAL, FILE_SYSTEMS, FERRITE, ALICE].flatMap(parseTable);

/** @throws if a row has not as many cells as there are models, or a cell is neither `allow`, `forbid` nor `.` */
export function parseTable(table: string): readonly Judgement[] {
  const [head = [], ...rows] = table
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/ {2,}/));
  return rows.flatMap(([test = '', ...cells]) => {
    if (cells.length !== head.length)
      throw new Error(`${test}: ${cells.length} cells for ${head.length} models`);
    return cells.flatMap((cell, i) => {
      if (cell === '.') return [];
      if (cell !== 'allow' && cell !== 'forbid') throw new Error(`${test}: "${cell}" is no verdict`);
      return [{ test, model: head[i]!, verdict: cell }];
    });
  });
}
