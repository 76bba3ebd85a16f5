const all: (() => Promise<unknown>)[] = [];

/** A part of the program that is seldom needed, and loaded when it first is: what is loaded takes memory. */
export function seldom<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  const once = (): Promise<T> => (loaded ??= load());
  all.push(once);
  return once;
}

/**
 * Loads all of these now. A process that becomes another user may not be able to read its own program any more: what it
 * has not loaded by then, it never can. Loading again finds the file anew, so whoever needs a part asks for it here.
 */
export async function loadAllSeldom(): Promise<void> {
  await Promise.all(all.map(async (load) => await load()));
}
