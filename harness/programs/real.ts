/**
 * Node's own timers, as they were before any life: what lives get are other ones. Nothing here decides what a life
 * does; it lets the thread go round, and gives up on what never comes.
 */
const { setImmediate, setTimeout, clearTimeout } = globalThis;
const nextTick = process.nextTick.bind(process);

/** Whether a timer that is just being made is one of ours, and nothing that a program waits for. */
let ours = false;

export const real = {
  /** After all that runs now, before anything from outside. */
  tick: (callback: () => void): void => nextTick(callback),

  /** After one turn of Node's event loop: by then, rejections that nobody handles have been told. */
  turn(callback: () => void): void {
    ours = true;
    setImmediate(callback);
    ours = false;
  },

  /** @returns how to call it off */
  after(milliseconds: number, callback: () => void): () => void {
    ours = true;
    const timer = setTimeout(callback, milliseconds);
    ours = false;
    return () => clearTimeout(timer);
  },

  /** Long enough for a program that looks at the real clock to see another time. */
  pause: async (): Promise<void> => await new Promise((resolve) => void real.after(2, resolve)),

  /** Real milliseconds since some moment. */
  now: (): number => performance.now(),

  get isOurs(): boolean {
    return ours;
  },
};
