import { isMountPoint, Mounts } from '../disk/core/mounts.ts';
import type { Image } from '../disk/image/image.ts';
import type { Change, Op } from '../disk/journal.ts';
import type { Effect, Machine, PersistenceModel, Standing } from './model.ts';
import { subject } from './rules.ts';

/**
 * Several file systems in one tree, each with a model of its own: `ext4@/wal=xfs`. Nothing orders what is pending on one
 * against what is on another, and a sync reaches its own, but for sync(2), which reaches all.
 *
 * @param root the model of `/`
 * @param mounted by mount point; at least one
 * @returns undefined if a mount point is none
 */
export function withMounts(
  root: PersistenceModel,
  mounted: ReadonlyMap<string, PersistenceModel>,
): PersistenceModel | undefined {
  const mounts = new Map([...mounted].sort(([left], [right]) => (left < right ? -1 : 1)));
  const points = [...mounts.keys()];
  if (points.length === 0 || !points.every(isMountPoint)) return undefined;
  const all = [['/', root] as const, ...mounts];
  const models = all.map(([, model]) => model);
  const hopeless = models.flatMap((model) => model.hopeless ?? []);
  const unique = new Map(models.map((model) => [model.name, model]));
  return {
    name: [root.name, ...[...mounts].map(([path, { name }]) => `${path}=${name}`)].join('@'),
    summary: `several file systems: ${all.map(([path, { name }]) => `${path} is ${name}`).join(', ')}`,
    source: [...unique.values()].map(({ name, source }) => `${name}: ${source}`).join('; '),
    rules: [
      'Nothing on one file system is ordered against anything on another. A sync reaches the file system of what it is called for; sync reaches all.',
      ...[...unique.values()].flatMap(({ name, rules }) => rules.map((rule) => `${name}: ${rule}`)),
    ],
    ...(models.every(({ neverTears }) => neverTears) ? { neverTears: true } : {}),
    ...(hopeless.length > 0 ? { hopeless: hopeless.join('; ') } : {}),
    independent: models.every(({ independent }) => independent),
    ...pagesOf(models),
    ...(root.failedSync && { failedSync: root.failedSync }),
    mounts,
    start: (boot) => new Volumes(boot, models, points),
  };
}

/** What holds of the pages of a write on any of the file systems. */
function pagesOf(models: readonly PersistenceModel[]): Pick<PersistenceModel, 'pages'> {
  const all = models.map(({ pages }) => pages);
  if (all.includes(undefined)) return {};
  return { pages: all.includes('chained') ? 'chained' : 'alone' };
}

/** The mount points, `/` among them, at which a failed sync takes the file back: what a life is to be told. */
export function revertingMounts({ failedSync, mounts = new Map() }: PersistenceModel): readonly string[] {
  const mounted = [...mounts].filter(([, model]) => model.failedSync === 'reverts').map(([path]) => path);
  return failedSync === 'reverts' ? ['/', ...mounted] : mounted;
}

/** Asks the model of the file system that an op or an effect is on, and tells it of nothing else. */
class Volumes implements Machine {
  readonly #machines: readonly Machine[];
  readonly #mounts: Mounts;
  /** The names as the program sees them. */
  readonly #view: Image;

  /** @param models in the order of the mount points, after that of `/` */
  constructor(boot: Image, models: readonly PersistenceModel[], points: readonly string[]) {
    this.#machines = models.map((model) => model.start(boot));
    this.#mounts = new Mounts(boot, points);
    this.#view = boot.fork();
  }

  split(op: Op, pending: readonly Effect[]): readonly (readonly Change[])[] {
    const volumes = op.kind === 'sync' ? [...this.#machines.keys()] : [this.#volumeOf(op)];
    const own = volumes.map((volume) => this.#on(volume, pending));
    this.#take(op);
    return volumes.flatMap((volume, i) => this.#machines[volume]!.split(op, own[i]!));
  }

  precedes(effect: Effect, earlier: readonly Effect[]): readonly Effect[] {
    const volume = this.#of(effect);
    return this.#machines[volume]!.precedes(effect, this.#on(volume, earlier));
  }

  excludes(effect: Effect, earlier: readonly Effect[]): readonly Effect[] {
    const volume = this.#of(effect);
    return this.#machines[volume]!.excludes?.(effect, this.#on(volume, earlier)) ?? [];
  }

  syncs(op: Op, pending: readonly Effect[]): readonly Effect[] {
    if (op.kind !== 'sync') {
      const volume = this.#volumeOf(op);
      return this.#machines[volume]!.syncs(op, this.#on(volume, pending));
    }
    return this.#machines.flatMap((machine, volume) => machine.syncs(op, this.#on(volume, pending)));
  }

  fails(op: Op, pending: readonly Effect[]): readonly Effect[] {
    const volume = this.#volumeOf(op);
    return this.#machines[volume]!.fails?.(op, this.#on(volume, pending)) ?? [];
  }

  carries(effect: Effect): readonly Effect[] {
    return this.#machines[this.#of(effect)]!.carries?.(effect) ?? effect.needs;
  }

  logs(effect: Effect, op: Op): readonly Change[] {
    return this.#machines[this.#of(effect)]!.logs?.(effect, op) ?? effect.changes;
  }

  memory(standing: Standing): string | undefined {
    const told = this.#machines.map((machine, volume) =>
      machine.memory?.({ ...standing, pending: this.#on(volume, standing.pending) }),
    );
    if (told.includes(undefined)) return undefined;
    return told.every((each) => each === '') ? '' : told.map((each) => JSON.stringify(each)).join();
  }

  /** What is made is on the file system of the directory that it is made in. */
  #volumeOf(op: Op): number {
    const [entry] = op.changes;
    const ino = op.birth && entry?.type === 'entry' ? entry.dir : op.ino;
    return this.#mounts.of(this.#view, ino);
  }

  #of({ changes: [change] }: Effect): number {
    return change ? this.#mounts.of(this.#view, subject(change)) : 0;
  }

  #on(volume: number, effects: readonly Effect[]): readonly Effect[] {
    return effects.filter((effect) => this.#of(effect) === volume);
  }

  /** Files that lose their last name have been asked about before: they stay where they are. */
  #take(op: Op): void {
    for (const ino of [op.ino, op.replaced]) if (ino !== undefined) this.#mounts.of(this.#view, ino);
    if (op.birth) this.#view.add(op.birth.ino, op.birth.inode);
    for (const change of op.changes) if (change.type === 'entry') this.#view.apply(change);
    if (op.birth) this.#mounts.of(this.#view, op.birth.ino);
  }
}
