/** Numbers from 0 up to, and without, 1: the same ones for the same seed, on every machine. */
function* numbersFrom(seed: number): Generator<number, never, undefined> {
  let state = seed >>> 0;
  for (;;) {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    yield ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

/** `count` of all, each with the same chance, or all if there are not so many. In the order in which they were given. */
export function sampled<T>(all: readonly T[], count: number, seed: number): readonly T[] {
  const random = numbersFrom(seed);
  const left = all.map((_, at) => at);
  const chosen: number[] = [];
  while (chosen.length < count && left.length > 0) {
    const [at] = left.splice(Math.floor(random.next().value * left.length), 1);
    chosen.push(at!);
  }
  return chosen.toSorted((a, b) => a - b).map((at) => all[at]!);
}
