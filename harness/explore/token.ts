import type { Op } from '../disk/journal.ts';
import { hashKey } from '../disk/image/hash-key.ts';
import type { Image } from '../disk/image/image.ts';
import { hashBytes } from '../disk/image/mix.ts';
import { FAULT_KINDS, type Fault, type FaultKind } from '../disk/fault-kinds.ts';
import type { Departure } from '../programs/event-loop.ts';
import type { Conditions } from './conditions.ts';
import { nameText, type Cut, type EffectName, type Schedule } from './schedule.ts';

/**
 * A schedule as text, to be pasted: `scenario:model:cut:...:sum`. A cut is its crash point, then `-` and the lost
 * effects, or `+` and the kept ones: `137-129.0,131.1` cuts after op 137 and loses two effects, `12+` loses all that
 * is pending; an `e` after the crash point, as in `137e-`, says that what is promised right after the op comes too late.
 * `137k` kills the process after op 137, and the machine goes on: then `12.0~1` is an effect of the life before.
 * Calls that fail come first: `12eio!137-` is a cut of a life whose 12th call that can fail does, and several are
 * parted by commas; those of the last life, which is not cut, stand alone at the end, as in `3enospc!`. `5^1!137-` is a
 * cut of a life in which, after 5 calls, call 1 of those under way takes effect before call 0, which was made first.
 * It holds op indices and choices, not a seed, so it means the same as long as the ops are the same. The sum has three
 * parts of four digits: the first tells a damaged token, the others a stale one, whose ops up to a cut are other ones,
 * or whose scenario was made from something else. Tokens of older versions lack the third.
 *
 * @param origin see `originOf`
 */
export function printToken(schedule: Schedule, lives: readonly (readonly Op[])[], origin = ''): string {
  const { scenario, model, cuts, last } = schedule;
  const text = [scenario, model, ...cuts.map(printCut), ...(last ? [printConditions(last)] : [])].join(':');
  return `${text}:${sum(text + origin)}${fingerprint(schedule, lives)}${origin}`;
}

/** A token that was mistyped or cut off. */
export class DamagedToken extends Error {
  override name = 'DamagedToken';
}

/**
 * @returns the schedule, the fingerprint that its lives must have (see `fingerprint`), and what its scenario must come
 *   from (see `originOf`) if the token says so
 * @throws DamagedToken with one line that says what is wrong
 */
export function parseToken(token: string): { schedule: Schedule; fingerprint: string; origin?: string } {
  const parts = token.trim().split(':');
  const [scenario, model] = parts;
  const tail = parts.at(-1);
  if (scenario === undefined || model === undefined || tail === undefined || parts.length < 4) {
    throw new DamagedToken(`token ${JSON.stringify(token)}: it must read scenario:model:cut:...:sum`);
  }
  const text = parts.slice(0, -1).join(':');
  const origin = tail.slice(8);
  if (!/^[0-9a-f]{8}(?:[0-9a-f]{4})?$/.test(tail) || tail.slice(0, 4) !== sum(text + origin)) {
    throw new DamagedToken(
      `token ${JSON.stringify(token)}: its sum does not match, so a part of it is missing or mistyped`,
    );
  }
  return {
    schedule: { scenario, model, ...parseLives(parts.slice(2, -1)) },
    fingerprint: tail.slice(4, 8),
    ...(origin === '' ? {} : { origin }),
  };
}

/** Four hex digits over the ops up to each cut, and to the last call that fails: it changes when the program does. */
export function fingerprint(
  { cuts, last }: Pick<Schedule, 'cuts' | 'last'>,
  lives: readonly (readonly Op[])[],
): string {
  const failed = last ? (lives[cuts.length] ?? []).findLastIndex((op) => op.fault !== undefined) + 1 : 0;
  const lengths = [...cuts.map((cut) => cut.at), ...(failed > 0 ? [failed] : [])];
  const text = lengths.map((length, i) =>
    (lives[i] ?? [])
      .slice(0, length)
      .map((op) => [op.kind, op.path, op.to ?? '', op.offset ?? '', op.length ?? ''].join('\t'))
      .join('\n'),
  );
  return sum(text.join('\n\n'));
}

/** Four hex digits over what a story begins with: the disk after setup, and what the scenario says it was made from. */
export function originOf(boot: Image, madeFrom = ''): string {
  return sum(`${hashKey(boot.hash)} ${madeFrom}`);
}

function sum(text: string): string {
  return ((hashBytes(new TextEncoder().encode(text)).b >>> 8) & 0xffff).toString(16).padStart(4, '0');
}

function printConditions({ faults = [], order = [] }: Conditions): string {
  const all = [
    ...order.map(({ step, pick }) => `${step}^${pick}`),
    ...faults.map(({ call, kind }) => `${call}${kind}`),
  ];
  return all.length === 0 ? '' : `${all.join(',')}!`;
}

function printCut(cut: Cut): string {
  const conditions = cut.conditions ? printConditions(cut.conditions) : '';
  const place = `${conditions}${cut.at}${cut.early ? 'e' : ''}`;
  if (cut.kill) return `${place}k`;
  return `${place}${cut.mode === 'lose' ? '-' : '+'}${cut.effects.map(nameText).join(',')}`;
}

/** The cuts and, if the last part is one, the conditions of the life that is not cut. */
function parseLives(parts: readonly string[]): Pick<Schedule, 'cuts' | 'last'> {
  const last = parts.at(-1)?.endsWith('!') ? parts.at(-1)!.slice(0, -1) : undefined;
  if (last === undefined) return { cuts: parts.map(parseCut) };
  return { cuts: parts.slice(0, -1).map(parseCut), last: parseConditions(last) };
}

function parseConditions(text: string): Conditions {
  const all = text.split(',');
  const order = all.filter((each) => each.includes('^')).map(parseDeparture);
  const faults = all.filter((each) => !each.includes('^')).map(parseFault);
  return { ...(order.length > 0 ? { order } : {}), ...(faults.length > 0 ? { faults } : {}) };
}

function parseDeparture(text: string): Departure {
  const [, step, pick] = /^(\d+)\^([1-9]\d*)$/.exec(text) ?? [];
  if (step === undefined) {
    throw new DamagedToken(`early call ${JSON.stringify(text)}: it must read like 5^1`);
  }
  return { step: Number(step), pick: Number(pick) };
}

function parseFault(text: string): Fault {
  const [, call, kind] = /^([1-9]\d*)([a-z-]+)$/.exec(text) ?? [];
  if (call === undefined || !(FAULT_KINDS as readonly string[]).includes(kind!)) {
    throw new DamagedToken(`failing call ${JSON.stringify(text)}: it must read like 12eio`);
  }
  return { call: Number(call), kind: kind as FaultKind };
}

function parseCut(whole: string): Cut {
  const end = whole.indexOf('!');
  const text = whole.slice(end + 1);
  const conditions = end < 0 ? {} : { conditions: parseConditions(whole.slice(0, end)) };
  const match = /^(\d+)(e?)(?:(k)|([-+])((?:\d+\.\d+(?:~\d+)?(?:,\d+\.\d+(?:~\d+)?)*)?))$/.exec(text);
  if (!match) {
    throw new DamagedToken(`cut ${JSON.stringify(whole)}: it must read like 137-129.0,131.1 or 12+ or 40k`);
  }
  const [, at, early, kill, sign, names = ''] = match;
  const when = { ...(early === 'e' ? { early: true } : {}), ...conditions };
  if (kill) return { at: Number(at), mode: 'lose', effects: [], ...when, kill: true };
  const effects = names === '' ? [] : names.split(',').map(parseName);
  const mode = sign === '-' ? 'lose' : 'keep';
  return { at: Number(at), mode, effects, ...when };
}

function parseName(text: string): EffectName {
  const [op, part, ago] = text.split(/[.~]/);
  return { op: Number(op), part: Number(part), ...(ago === undefined ? {} : { ago: Number(ago) }) };
}
