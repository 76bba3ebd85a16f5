/** What models say of a sync that fails. None of them is made of this; `adrift.ts` and the core are. */
export const FAILED_SYNC =
  'A sync of a file that fails leaves its data readable and clean: it may be on the disk or not, and no later sync changes that, but for what is written again. Sizes and names stay pending, and a later sync makes them durable.';

export const FAILED_SYNC_REVERTS =
  'A sync of a file that fails takes its data and its size back to what was synced before, for the program as well; nothing of it is on the disk.';

export const FAILED_SYNC_SOURCE =
  'for failed syncs: Rebello et al., Can Applications Recover from fsync Failures?, USENIX ATC 2020, and fsyncs.py of github.com/WiscADSL/cuttlefs';
