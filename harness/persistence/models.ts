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
import { withMounts } from './volumes.ts';
import { withGarbage } from './wrappers/garbage.ts';
import { withLyingDrive } from './wrappers/lying.ts';
import { withTears } from './wrappers/tears.ts';

/** The names of `models`. */
export type PlainModelName =
  | 'process-kill'
  | 'sequential'
  | 'ext4-journal'
  | 'ext4'
  | 'ext4-noauto'
  | 'ext4-writeback'
  | 'ext4-writeback-noauto'
  | 'xfs'
  | 'btrfs'
  | 'posix'
  | 'alice';

/** A model, with what is around it, and with others where they are mounted: `posix+tears`, `ext4@/wal=xfs`. */
export type ModelName = PlainModelName | `${PlainModelName}${'+' | '@'}${string}`;

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
  garbage: withGarbage,
};

/**
 * The model of a name: `ext4`; with what its name says is around it: `posix+tears+lying`; and with others where they
 * are mounted: `ext4@/wal=xfs+tears@/data=btrfs`, whose own name has the mount points in order.
 */
export function findModel(name: string): PersistenceModel | undefined {
  const [root, ...mounts] = name.split('@');
  const rootModel = findOne(root!);
  if (mounts.length === 0 || !rootModel) return rootModel;
  const mounted = new Map<string, PersistenceModel>();
  for (const mount of mounts) {
    const [path, wanted, ...more] = mount.split('=');
    const model = wanted === undefined || more.length > 0 ? undefined : findOne(wanted);
    if (!model || mounted.has(path!)) return undefined;
    mounted.set(path!, model);
  }
  return withMounts(rootModel, mounted);
}

/** A model of one file system, with what is around it. */
function findOne(name: string): PersistenceModel | undefined {
  const [plain, ...around] = name.split('+');
  if (new Set(around).size < around.length) return undefined;
  const model = [...models, ...literature].find((each) => each.name === plain);
  return around.reduce<PersistenceModel | undefined>(
    (inner, each) => inner && (Object.hasOwn(wrappers, each) ? wrappers[each]!(inner) : undefined),
    model,
  );
}
