import { never } from '../../disk/facade/cut.ts';
import { current } from '../current.ts';
import { beat } from '../guard.ts';
import { real } from '../real.ts';
import { sendOff } from '../real-work.ts';

/** How often a life that waits for a real process gives a sign of itself, in milliseconds. */
const SIGN_EVERY = 1000;

/** Waits for a real process within a life: it has a time limit of its own, and nobody else need watch it. */
export async function waitFor<T>(work: () => Promise<T>): Promise<T> {
  const errand = sendOff();
  let callOff = (): void => {};
  const sign = (): void => {
    beat();
    current()?.loop.wake();
    callOff = real.after(SIGN_EVERY, sign);
  };
  sign();
  try {
    return await work();
  } finally {
    callOff();
    if (errand?.done() === false) await never();
  }
}
