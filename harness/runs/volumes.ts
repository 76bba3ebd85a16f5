import { isMountPoint } from '../disk/core/mounts.ts';
import { modelNamed } from './names.ts';
import { BadArgument } from './bad-argument.ts';
import { quoted } from './quoted.ts';

/** Which file system is where, by mount point; `/` is that of all the rest. `same`: the model that is run under. */
export type VolumeNames = Readonly<Record<string, string>>;

/** What stands for the model that is run under. */
const SAME = 'same';

/**
 * `/wal=xfs`, as `--volume` has it.
 * @throws BadArgument if it does not read so, or if there is no such model
 */
export function parseVolume(text: string): VolumeNames {
  const [path, model, ...more] = text.split('=');
  if (!path || !model || more.length > 0 || !isMountPoint(path)) {
    throw new BadArgument(`volume ${quoted(text)}: it must be a directory and a model, like /wal=xfs`);
  }
  if (model !== SAME) modelNamed(model);
  return { [path]: model };
}

/**
 * The name of a model with other file systems mounted, in its canonical form: `ext4@/wal=xfs`. A name that says itself
 * what is mounted stays as it is.
 * @throws BadArgument if a mount point is none, or if there is no such model
 */
export function withVolumes(model: string, volumes: VolumeNames): string {
  const mounted = Object.entries(volumes).filter(([path]) => path !== '/');
  if (model.includes('@') || mounted.length === 0) return modelNamed(model).name;
  const wrong = mounted.find(([path]) => !isMountPoint(path));
  if (wrong) throw new BadArgument(`volume ${quoted(wrong[0])}: it must be an absolute path, like /wal`);
  const parts = mounted.map(([path, name]) => `${path}=${name === SAME ? model : name}`);
  return modelNamed([model, ...parts].join('@')).name;
}
