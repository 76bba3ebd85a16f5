import { PowerCut } from '../errors.ts';
import { never } from './cut.ts';

/** What a call is about, for whoever decides which of several takes effect first. */
export interface About {
  /** The function as the program called it: `rename`, `write`. */
  readonly call: string;
  readonly path?: string;
  readonly to?: string;
  /** The descriptor, for what is called on a handle. */
  readonly fd?: number;
}

/**
 * When calls take effect. Node hands a call to another thread and goes on: nothing has happened when the function
 * returns, and of several calls under way any may be the first.
 */
export interface Turns {
  /** Lets `effect` happen when it is its turn; the promise settles with what comes of it, after a power cut never. */
  take<T>(about: About, effect: () => T): Promise<T>;
  /** Whether nothing else is under way, so that what takes several turns may as well take them at once. */
  readonly alone: boolean;
}

/** Calls that take effect where they are made: for whoever has no life around the disk. */
export const atOnce: Turns = {
  alone: true,
  take: (_about, effect) => {
    try {
      return Promise.resolve(effect());
    } catch (error) {
      return error instanceof PowerCut ? never() : Promise.reject(error);
    }
  },
};
