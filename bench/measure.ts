/** Runs `body` several times and keeps the fastest: the one that others disturbed least. */
export function best<T>(times: number, body: () => T): { value: T; seconds: number } {
  let result: { value: T; seconds: number } | undefined;
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    const value = body();
    const seconds = (performance.now() - start) / 1000;
    if (!result || seconds < result.seconds) result = { value, seconds };
  }
  return result!;
}

/** The same for a body that waits. */
export async function bestAsync<T>(
  times: number,
  body: () => Promise<T>,
): Promise<{ value: T; seconds: number }> {
  let result: { value: T; seconds: number } | undefined;
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    const value = await body();
    const seconds = (performance.now() - start) / 1000;
    if (!result || seconds < result.seconds) result = { value, seconds };
  }
  return result!;
}

export function rate(perSecond: number): string {
  return Math.round(perSecond).toLocaleString('en-US');
}
