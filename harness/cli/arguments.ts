import { InvalidArgumentError } from 'commander';
import type { DebugAddress } from './io.ts';
import { FAULT_KINDS, type FaultKind } from '../disk/fault-kinds.ts';

/** Readers of option values. Each throws with what would be right; commander puts the option's name before it. */

/** `137` is one crash point, `100..200` a range, `100..` everything from there. */
export function parseRange(text: string): { readonly from: number; readonly to: number } {
  const match = /^(\d+)(?:(\.\.)(\d*))?$/.exec(text);
  if (!match) throw new InvalidArgumentError('it must be a crash point like 137 or a range like 100..200');
  const from = Number(match[1]);
  const to = match[2] === undefined ? from : match[3] === '' ? Infinity : Number(match[3]);
  if (to < from)
    throw new InvalidArgumentError(`the range ends before it begins; did you mean ${to}..${from}?`);
  return { from, to };
}

const UNITS = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 } as const;

/** `60s`, `2m`, `500ms`, `1h`, or `none`; in milliseconds. */
export function parseDuration(text: string): number {
  if (text === 'none') return Infinity;
  const match = /^(\d+(?:\.\d+)?)(ms|s|min|m|h)$/.exec(text);
  if (!match) throw new InvalidArgumentError('it must be a time like 60s, 2m or 1h, or "none"');
  return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
}

/** Seconds, as in `10` or `0.5`; in milliseconds. */
export function parseSeconds(text: string): number {
  const value = /^\d{1,6}(?:\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (value === 0) throw new InvalidArgumentError('it must be a number of seconds above 0, like 10 or 0.5');
  return value * 1000;
}

/** `9230`, or `127.0.0.1:9230`: where a debugger attaches. */
export function parseAddress(text: string): DebugAddress {
  const { host = LOOPBACK, port } = /^(?:(?<host>[\w.-]+):)?(?<port>\d{1,5})$/.exec(text)?.groups ?? {};
  if (port === undefined || Number(port) > 65_535)
    throw new InvalidArgumentError('it must be a port like 9229, or an address like 127.0.0.1:9229');
  return { host, port: Number(port) };
}

export const LOOPBACK = '127.0.0.1';

export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('it must be a whole number from 1 on');
  return Number(text);
}

/** A number of departures from the order of the calls. */
export function parseDepartures(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError('it must be a whole number, such as 1');
  return Number(text);
}

/** A number of cuts in a row, or `any`. */
export function parseDepth(text: string): number {
  if (text === 'any') return Infinity;
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new InvalidArgumentError('it must be a number of cuts in a row from 1 on, or "any"');
  }
  return Number(text);
}

export function parseIndex(text: string): number {
  if (!/^\d{1,9}$/.test(text))
    throw new InvalidArgumentError('it must be a crash point: 0, or the number of an op');
  return Number(text);
}

export function parseSeed(text: string): number {
  if (!/^-?\d{1,10}$/.test(text)) throw new InvalidArgumentError('it must be a whole number');
  return Number(text);
}

/** `2/4`: the second of four. */
export function parseShard(text: string): { readonly index: number; readonly count: number } {
  const match = /^([1-9]\d{0,4})\/([1-9]\d{0,4})$/.exec(text);
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || index > count) {
    throw new InvalidArgumentError('it must be a part of the whole like 2/4: the second of four');
  }
  return { index, count };
}

export function parseTier(text: string): 'closure' | 'bounded' {
  if (text === 'closure' || text === 'bounded') return text;
  throw new InvalidArgumentError('it must be closure or bounded');
}

/** `cut`, `kill` or `cut,kill`. */
export function parseDeaths(text: string): readonly ('cut' | 'kill')[] {
  const names = parseNames(text);
  const deaths = (['cut', 'kill'] as const).filter((death) => names.includes(death));
  if (deaths.length === names.length) return deaths;
  throw new InvalidArgumentError('it must be cut, kill, or cut,kill');
}

/** `eio,enospc`, or `none`. */
export function parseFaults(text: string): readonly FaultKind[] {
  const names = parseNames(text);
  if (names.length === 1 && names[0] === 'none') return [];
  const faults = FAULT_KINDS.filter((kind) => names.includes(kind));
  if (faults.length === names.length) return faults;
  throw new InvalidArgumentError(`it must be a list of ${FAULT_KINDS.join(', ')}; or none`);
}

/** `a,b`; given again, the lists are joined. */
export function parseNames(text: string, before: readonly string[] = []): readonly string[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw new InvalidArgumentError('it must be a list of names like posix,sequential');
  return [...new Set([...before, ...names])];
}

/** For options that may be given several times. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
