import * as fs from 'node:fs';
import { S_IFMT } from '../core/constants.ts';
import { Ordinary } from '../core/ordinary.ts';
import type { Stats as CoreStats } from '../core/stats.ts';

const TIMES = ['atime', 'mtime', 'ctime', 'birthtime'] as const;
const NUMBERS = ['dev', 'mode', 'nlink', 'uid', 'gid', 'rdev', 'blksize', 'ino', 'size', 'blocks'] as const;

/** Stats as `node:fs` gives them: an instance of its own class, so that `instanceof fs.Stats` holds. */
export function nodeStats(stats: CoreStats, bigint: boolean): object {
  if (bigint) return new BigIntStats(stats);
  const made = Object.create(fs.Stats.prototype) as Record<string, unknown>;
  for (const name of NUMBERS) made[name] = stats[name];
  for (const name of TIMES) made[`${name}Ms`] = stats[`${name}Ms`];
  if (DATES_ARE_OWN) for (const name of TIMES) made[name] = stats[name];
  return made;
}

/** Node 20 makes the dates at once; newer versions have accessors in the prototype, which make them of the numbers. */
const DATES_ARE_OWN = !('atime' in fs.Stats.prototype);

const NANOSECONDS = 1_000_000n;

/** The same with `{ bigint: true }`; Node doesn't show its class. */
class BigIntStats extends Ordinary {
  declare readonly mode: bigint;

  constructor(stats: CoreStats) {
    super();
    const self = this as unknown as Record<string, unknown>;
    for (const name of NUMBERS) self[name] = BigInt(stats[name]);
    for (const name of TIMES) self[`${name}Ms`] = BigInt(Math.floor(stats[`${name}Ms`]));
    for (const name of TIMES) self[`${name}Ns`] = BigInt(Math.floor(stats[`${name}Ms`])) * NANOSECONDS;
    if (DATES_ARE_OWN) for (const name of TIMES) self[name] = stats[name];
  }

  #is(type: number): boolean {
    return (Number(this.mode) & S_IFMT) === type;
  }

  isFile(): boolean {
    return this.#is(fs.constants.S_IFREG);
  }

  isDirectory(): boolean {
    return this.#is(fs.constants.S_IFDIR);
  }

  isSymbolicLink(): boolean {
    return this.#is(fs.constants.S_IFLNK);
  }
}

if (!DATES_ARE_OWN) {
  for (const name of TIMES) {
    const get = function (this: Record<string, bigint>): Date {
      return new Date(Number(this[`${name}Ms`]));
    };
    Object.defineProperty(BigIntStats.prototype, name, { get, enumerable: true, configurable: true });
  }
}

/** Without a check, as in Node: nothing gets defaults, null fails by itself. */
export function wantsBigInts(options: unknown): boolean {
  return options !== undefined && (options as { bigint?: unknown }).bigint === true;
}

/** What `statfs` tells of the simulated disk: an ext4 of a tebibyte that is never full. In blocks of 4 KiB. */
export function nodeStatFs(bigint: boolean): object {
  const blocks = 2 ** 28;
  const facts = {
    type: 0xef53,
    bsize: 4096,
    blocks,
    bfree: blocks,
    bavail: blocks,
    files: 2 ** 26,
    ffree: 2 ** 26,
  };
  if (!bigint) return facts;
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, BigInt(value)]));
}
