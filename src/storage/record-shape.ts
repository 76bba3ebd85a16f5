import type { ManifestSeal } from './manifest/entry-writer.ts';

/** The decisions about a backup, written when they are made, and never made again. */
export interface BackupRecord {
  readonly version: 1;
  /** The backup's directory. */
  readonly name: string;
  /** The backup that was current when this one was begun. */
  readonly previous: string | null;
  /** No other backup will depend on this one's files being kept by a newer one. */
  readonly hardlinked: boolean;
  readonly compression: number;
  readonly entriesPerSync: number;
  readonly librsync: boolean;
  readonly librsyncMaxSize: number;
  readonly maxHardlinks: number;
  /** The manifest is one of these: there are two while a damaged entry is being taken out of it. */
  readonly manifests: readonly ManifestSeal[];
}

type Check = (value: unknown) => boolean;
type Shape<T> = Readonly<Record<keyof T, Check>>;

const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isPositive: Check = (value) => isCount(value) && value !== 0;
const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';

const SEAL: Shape<ManifestSeal> = {
  count: isCount,
  size: isCount,
  sha256: (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
};

const RECORD: Shape<BackupRecord> = {
  version: (value) => value === 1,
  name: isText,
  previous: (value) => value === null || isText(value),
  hardlinked: isFlag,
  compression: Number.isSafeInteger,
  entriesPerSync: isPositive,
  librsync: isFlag,
  librsyncMaxSize: isCount,
  maxHardlinks: isPositive,
  manifests: (value) =>
    Array.isArray(value) && value.length >= 1 && value.length <= 2 && value.every((seal) => fits(seal, SEAL)),
};

/**
 * Whether this is a record as this version writes it: no more and no less. By hand, because a library for it would be a
 * sixth of the memory of a server that has nothing to do.
 */
export function isRecord(value: unknown): value is BackupRecord {
  return fits(value, RECORD);
}

function fits<T>(value: unknown, shape: Shape<T>): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const names = Object.keys(shape) as (keyof T & string)[];
  const fields = value as Record<string, unknown>;
  return (
    Object.keys(value).length === names.length &&
    names.every((name) => Object.hasOwn(value, name) && shape[name](fields[name]))
  );
}
