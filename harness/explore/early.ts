import type { About } from '../disk/facade/turns.ts';
import type { LifeRecord } from '../programs/program.ts';
import type { Replay } from './replay.ts';

/** The calls of a life that took effect before others that were made earlier, in words, by the op that comes next. */
export function earlyCalls({ steps }: LifeRecord): ReadonlyMap<number, readonly string[]> {
  const texts = new Map<number, string[]>();
  for (const { after, waiting, pick } of steps) {
    if (pick === 0) continue;
    const text = `EARLY: ${aboutText(waiting[pick]!)} takes effect before ${listed(waiting.slice(0, pick))}, called earlier`;
    texts.set(after + 1, [...(texts.get(after + 1) ?? []), text]);
  }
  return texts;
}

/** All of them in a story, each with its place. */
export function earlyIn({ lives, recovery }: Replay): readonly string[] {
  const all = [
    ...lives.map(({ life, cut }) => ({ life, to: cut.at })),
    { life: recovery, to: recovery.ops.length },
  ];
  return all.flatMap(({ life, to }, i) => {
    const place = i === 0 ? '' : ` of recovery ${i}`;
    return [...earlyCalls(life)]
      .filter(([index]) => index <= to + 1)
      .flatMap(([index, texts]) =>
        texts.map((text) => `after op ${index - 1}${place}, ${text.slice('EARLY: '.length)}`),
      );
  });
}

export function aboutText({ call, path, to }: About): string {
  return [call, path, ...(to === undefined ? [] : ['->', to])].filter((each) => each !== undefined).join(' ');
}

function listed(calls: readonly About[]): string {
  return calls.map(aboutText).join(' and ');
}
