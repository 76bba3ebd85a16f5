import type { Op } from '../disk/journal.ts';
import { hashBytes } from '../disk/image/mix.ts';
import type { Cut, EffectName, Schedule } from './schedule.ts';

/**
 * A schedule as text, to be pasted: `scenario:model:cut:...:sum`. A cut is its crash point, then `-` and the lost
 * effects, or `+` and the kept ones: `137-129.0,131.1` cuts after op 137 and loses two effects, `12+` loses all that
 * is pending; an `e` after the crash point, as in `137e-`, says that what is promised right after the op comes too late.
 * It holds op indices and choices, not a seed, so it means the same as long as the ops are the same; the
 * sum tells a damaged token (first half: of the text) from a stale one (second half: of the ops up to each cut).
 */
export function printToken(schedule: Schedule, lives: readonly (readonly Op[])[]): string {
  const text = [schedule.scenario, schedule.model, ...schedule.cuts.map(printCut)].join(':');
  return `${text}:${sum(text)}${fingerprint(schedule.cuts, lives)}`;
}

/** A token that was mistyped or cut off. */
export class DamagedToken extends Error {
  override name = 'DamagedToken';
}

/**
 * @returns the schedule, and the fingerprint that its lives must have (see `fingerprint`)
 * @throws DamagedToken with one line that says what is wrong
 */
export function parseToken(token: string): { schedule: Schedule; fingerprint: string } {
  const parts = token.trim().split(':');
  const [scenario, model] = parts;
  const tail = parts.at(-1);
  if (scenario === undefined || model === undefined || tail === undefined || parts.length < 4) {
    throw new DamagedToken(`token ${JSON.stringify(token)}: it must read scenario:model:cut:...:sum`);
  }
  const text = parts.slice(0, -1).join(':');
  if (!/^[0-9a-f]{8}$/.test(tail) || tail.slice(0, 4) !== sum(text)) {
    throw new DamagedToken(
      `token ${JSON.stringify(token)}: its sum does not match, so a part of it is missing or mistyped`,
    );
  }
  return {
    schedule: { scenario, model, cuts: parts.slice(2, -1).map(parseCut) },
    fingerprint: tail.slice(4),
  };
}

/** Four hex digits over the ops up to each cut: it changes when the program does. */
export function fingerprint(cuts: readonly Cut[], lives: readonly (readonly Op[])[]): string {
  const text = cuts.map((cut, i) =>
    (lives[i] ?? [])
      .slice(0, cut.at)
      .map((op) => [op.kind, op.path, op.to ?? '', op.offset ?? '', op.length ?? ''].join('\t'))
      .join('\n'),
  );
  return sum(text.join('\n\n'));
}

function sum(text: string): string {
  return ((hashBytes(new TextEncoder().encode(text)).b >>> 8) & 0xffff).toString(16).padStart(4, '0');
}

function printCut(cut: Cut): string {
  return `${cut.at}${cut.early ? 'e' : ''}${cut.mode === 'lose' ? '-' : '+'}${cut.effects.map((e) => `${e.op}.${e.part}`).join(',')}`;
}

function parseCut(text: string): Cut {
  const match = /^(\d+)(e?)([-+])((?:\d+\.\d+(?:,\d+\.\d+)*)?)$/.exec(text);
  if (!match) throw new DamagedToken(`cut ${JSON.stringify(text)}: it must read like 137-129.0,131.1 or 12+`);
  const [, at, early, sign, names = ''] = match;
  const effects = names === '' ? [] : names.split(',').map(parseName);
  const mode = sign === '-' ? 'lose' : 'keep';
  return { at: Number(at), mode, effects, ...(early === 'e' ? { early: true } : {}) };
}

function parseName(text: string): EffectName {
  const [op, part] = text.split('.');
  return { op: Number(op), part: Number(part) };
}
