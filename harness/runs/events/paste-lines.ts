import type { Replay } from '../../explore/replay.ts';
import type { Effect } from '../../persistence/model.ts';

/** A story as a vitest test to paste, in TypeScript; `scenario` is the one that the token names. */
export function vitestLine(token: string, model: string): string {
  const name = JSON.stringify(token);
  return (
    `it(${JSON.stringify(`survives ${token}`)}, async () => { ` +
    `const player = await Player.start(scenario, findModel(${JSON.stringify(model)})!); ` +
    `const { verdict } = await player.play(parseToken(${name}).schedule); ` +
    `expect(verdict.findings).toEqual([]); });`
  );
}

/**
 * A story as the parameters of a fast-check property over `schedules()`, which then plays it first; null if calls fail
 * or come early in it, or if one of its lives is killed, or is cut before a promise at the same op, which a property does not do.
 */
export function fastCheckLine({ lives, schedule }: Replay): string | null {
  if (schedule.last || lives.some(({ cut }) => cut.early || cut.kill || cut.conditions)) return null;
  const choices = lives.map(({ cut, pending, kept }) => {
    const asked = pending.filter((effect) => canSurvive(effect, pending, kept));
    const decisions = asked.map((effect) => (kept.has(effect) ? 1 : 0));
    const others = decisions.at(-1) ?? 0;
    while (decisions.length > 0 && decisions.at(-1) === others) decisions.pop();
    return { place: cut.at, survival: decisions, others };
  });
  return `{ examples: [[${JSON.stringify(choices)}]] }`;
}

/** Whether a survival decides about an effect at all: not if one that it needs is lost. */
function canSurvive(effect: Effect, pending: readonly Effect[], kept: ReadonlySet<Effect>): boolean {
  return effect.needs.every((need) => kept.has(need) || !pending.includes(need));
}
