import type { LifeRecord } from '../programs/program.ts';
import { aboutText } from './early.ts';
import type { Replay } from './replay.ts';

/** Calls that are named; of more, their number says enough. */
const NAMED_MAX = 3;

/**
 * Where the lives of a story did not wait for their own calls, each as a sentence: promises that stood, and functions
 * that returned. A machine that goes off then has done nothing of it yet, and no sync would help.
 */
export function unawaitedIn({ lives, recovery }: Replay): readonly string[] {
  const reached = [
    ...lives.map(({ life, cut }, i) => ({ life, to: cut.at, name: i === 0 ? 'run' : 'recover' })),
    ...(lives.length > 0 ? [] : [{ life: recovery, to: recovery.ops.length, name: 'run' }]),
  ];
  return [...new Set(reached.flatMap(({ life, to, name }) => textsOf(life, to, name)))];
}

function textsOf({ unawaited = [] }: LifeRecord, to: number, name: string): readonly string[] {
  const promised = unawaited.filter(({ promise }) => promise !== undefined && promise.after <= to);
  const told = promised.length > 0 ? promised : unawaited.filter(({ promise }) => promise === undefined);
  return told.flatMap(({ calls, promise }) => {
    if (calls.length === 0) return [];
    const named = calls.slice(0, NAMED_MAX).map(aboutText).join(', ');
    const more = calls.length > NAMED_MAX ? ` and ${calls.length - NAMED_MAX} more` : '';
    const were = `${named}${more} ${calls.length === 1 ? 'was' : 'were'} still under way`;
    const when = promise === undefined ? `${name} returned` : `${JSON.stringify(promise.value)} was promised`;
    return [`when ${when}, ${were}`];
  });
}
