import type { PersistenceModel } from './model.ts';
import { aliceFileSystems } from './models/alice-file-systems.ts';
import { alice } from './models/alice.ts';
import { btrfs } from './models/btrfs.ts';
import { ext4Journal } from './models/ext4-journal.ts';
import { ext4Writeback, ext4WritebackNoauto } from './models/ext4-writeback.ts';
import { ext4, ext4Noauto } from './models/ext4.ts';
import { ferriteAdvfs } from './models/ferrite-advfs.ts';
import { ferriteCode, ferriteCodeNodelalloc } from './models/ferrite-code.ts';
import { ferriteExt4 } from './models/ferrite-ext4.ts';
import { posix } from './models/posix.ts';
import { processKill } from './models/process-kill.ts';
import { sequential } from './models/sequential.ts';
import { xfs } from './models/xfs.ts';

/** All models by name, real file systems in the middle, between the strongest disk and the weakest. */
export const models: readonly PersistenceModel[] = [
  processKill,
  sequential,
  ext4Journal,
  ext4,
  ext4Noauto,
  ext4Writeback,
  ext4WritebackNoauto,
  xfs,
  btrfs,
  posix,
  alice,
];

/** What others have said of file systems, exactly as they did: to be compared with, rather than to be relied on. */
export const literature: readonly PersistenceModel[] = [
  ferriteAdvfs,
  ferriteCodeNodelalloc,
  ferriteCode,
  ferriteExt4,
  ...aliceFileSystems,
];

export function findModel(name: string): PersistenceModel | undefined {
  return [...models, ...literature].find((model) => model.name === name);
}
