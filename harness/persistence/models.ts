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
import { withLyingDrive } from './wrappers/lying.ts';
import { withTears } from './wrappers/tears.ts';

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

/** What can be put around any model, as `posix+tears`. */
export const wrappers: Readonly<Record<string, (model: PersistenceModel) => PersistenceModel>> = {
  tears: withTears,
  lying: withLyingDrive,
};

/** The model of a name, with what its name says is around it: `ext4`, `posix+tears`, `posix+tears+lying`. */
export function findModel(name: string): PersistenceModel | undefined {
  const [plain, ...around] = name.split('+');
  if (new Set(around).size < around.length) return undefined;
  const model = [...models, ...literature].find((each) => each.name === plain);
  return around.reduce<PersistenceModel | undefined>(
    (inner, each) => inner && (Object.hasOwn(wrappers, each) ? wrappers[each]!(inner) : undefined),
    model,
  );
}
