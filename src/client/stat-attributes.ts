import type { BigIntStats } from 'node:fs';
import { type Attributes, NO_ATTRIBUTES } from '../storage/manifest/attributes.ts';
import { toInt64 } from '../storage/manifest/number-code.ts';

const NS_PER_SECOND = 1_000_000_000n;

/** A stat as Burp records it. Times are cut to whole seconds, downwards before 1970 too. */
export function attributesOf(stat: BigIntStats): Attributes {
  return {
    ...NO_ATTRIBUTES,
    dev: toInt64(stat.dev),
    ino: toInt64(stat.ino),
    mode: Number(stat.mode),
    nlink: Number(stat.nlink),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    rdev: toInt64(stat.rdev),
    size: toInt64(stat.size),
    blksize: Number(stat.blksize),
    blocks: toInt64(stat.blocks),
    atime: toInt64(seconds(stat.atimeNs)),
    mtime: toInt64(seconds(stat.mtimeNs)),
    ctime: toInt64(seconds(stat.ctimeNs)),
  };
}

function seconds(nanoseconds: bigint): bigint {
  const whole = nanoseconds / NS_PER_SECOND;
  return whole * NS_PER_SECOND > nanoseconds ? whole - 1n : whole;
}
