/**
 * Where decisions come from. One straight-line piece of code that asks a `Choices` becomes exhaustive, random or a
 * replay by the driver behind it. Choice 0 is always the simplest: an effect that is lost.
 */
export interface Choices {
  /** A whole number from 0 to `n - 1`. */
  choose(n: number): number;
}

/** Runs `body` once for every sequence of choices, in order, the simplest first. */
export function exhaustively(body: (choices: Choices) => void): void {
  const path: { n: number; taken: number }[] = [];
  do {
    let depth = 0;
    body({
      choose(n) {
        const known = path[depth];
        if (!known) path.push({ n, taken: 0 });
        return path[depth++]!.taken;
      },
    });
    while (path.length > 0 && path.at(-1)!.taken + 1 >= path.at(-1)!.n) path.pop();
    if (path.length > 0) path.at(-1)!.taken++;
  } while (path.length > 0);
}

/** Decisions of a seeded generator (mulberry32): the same seed gives the same decisions on every machine. */
export function randomly(seed: number): Choices {
  let state = seed | 0;
  return {
    choose(n) {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * n);
    },
  };
}

/** The decisions of a list; 0 when it has run out, so a list cut short is the simpler story. */
export function replaying(taken: readonly number[]): Choices {
  let next = 0;
  return { choose: (n) => Math.min(taken[next++] ?? 0, n - 1) };
}
