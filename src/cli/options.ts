import { InvalidArgumentError } from 'commander';
import { systemScratch } from '../host/scratch.ts';
import { systemFiles } from '../host/system-files.ts';
import { systemClock, systemHost } from '../host/system.ts';
import type { Log } from '../ports/log.ts';
import { type Store, openStore } from '../server/store.ts';
import type { Settings } from '../storage/settings.ts';
import { existing } from './existing.ts';
import type { Place } from './places.ts';

/** Says what is done on standard error, so that standard output holds results only. */
export class Console implements Log {
  warnings = 0;
  private readonly verbose: boolean;

  constructor(verbose: boolean) {
    this.verbose = verbose;
  }

  info(text: string): void {
    if (this.verbose) console.error(text);
  }

  warn(text: string): void {
    this.warnings++;
    console.error(`WARNING: ${text}`);
  }
}

export async function open(place: Place, log: Log, settings: Partial<Settings> = {}): Promise<Store> {
  const directory = await existing(place.store);
  const { client, burpsLock } = place;
  const ports = { fs: systemFiles, clock: systemClock, host: systemHost, scratch: systemScratch, log };
  return openStore({ ...ports, directory, client, settings, ...(burpsLock !== undefined && { burpsLock }) });
}

/** For options that are a whole number of at least `least`. */
export function whole(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} up` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`It must be a whole number ${range}.`);
  };
}

/** For `--keep 7,4,6`. */
export function numbers(text: string): number[] {
  return text.split(',').map(whole(1));
}

export function regularExpression(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw new InvalidArgumentError('It is no regular expression.');
  }
}
