const { setTimeout, clearTimeout } = globalThis;

/** Node's own timers, as they were before any life: what a life gets are simulated ones. */
export const real = {
  /** @returns how to call it off */
  after(milliseconds: number, callback: () => void): () => void {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
