/**
 * The file systems that observations are about, as observation files name them, and the model of each: what this
 * project says of the file system when it is mounted in this way.
 */
export const CONFIGURATIONS: Readonly<Record<string, string>> = {
  'ext4-ordered': 'ext4',
  'ext4-noauto_da_alloc': 'ext4-noauto',
  'ext4-writeback': 'ext4-writeback',
  'ext4-writeback-noauto_da_alloc': 'ext4-writeback-noauto',
  'ext4-journal': 'ext4-journal',
  xfs: 'xfs',
  btrfs: 'btrfs',
};
