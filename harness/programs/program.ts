import type { Chance, FaultsOptions } from '../disk/core/faults.ts';
import type { Facade } from '../disk/facade/facade.ts';
import type { About } from '../disk/facade/turns.ts';
import type { Image } from '../disk/image/image.ts';
import type { Op } from '../disk/journal.ts';
import type { Place } from './call-site.ts';
import type { Departure, Step } from './event-loop.ts';
import type { Acknowledgement, Endured } from './scenario.ts';

/** What a life is for: the disk before the story, the life that is cut first, what follows a reboot, the last look. */
export type Part = 'setup' | 'run' | 'recover' | 'check';

/** One life, as the explorer asks for it. */
export interface LifeRequest {
  readonly part: Part;
  /** The disk that the life finds. It works on a fork and leaves this one as it is. */
  readonly boot: Image;
  /** When the life begins, in milliseconds since 1970. */
  readonly time: number;
  /** For `check`: all that has been promised. */
  readonly acknowledged?: readonly Acknowledgement[];
  /** For `check`: what went wrong on the way; nothing, if nothing is said. */
  readonly endured?: Endured;
  /** Which calls go wrong. Without it none does, and `LifeRecord.chances` is not counted. */
  readonly faults?: FaultsOptions;
  /** Calls to the disk, reads included, after which the life counts as endless; the program's own limit otherwise. */
  readonly callsMax?: number;
  /**
   * Notes where each call was made, so that an error of the disk says so. It costs much, and programs look for missing
   * files all the time: it is for a life that is known to fail.
   */
  readonly traced?: boolean;
  /** The first and the last op of which it is noted where the program makes them. It costs much, as with `traced`. */
  readonly placed?: { readonly from: number; readonly to: number };
  /**
   * Calls `stop` where the program makes the call that makes an op, with its frames on the stack: at the call that
   * `LifeRecord.asked` names, or right before the op where that is one that takes effect where it is made.
   */
  readonly stopped?: { readonly op: number; readonly asked: number | undefined; readonly stop: () => void };
  /** Watches for calls to the real file system: see `LifeRecord.realPaths`. */
  readonly watchesReal?: boolean;
  /**
   * Where calls that overlap take effect in another order than that in which they were made, by rising steps. One that
   * names more than there is takes the last: whoever replays looks at `LifeRecord.steps` to see whether it still fits.
   */
  readonly order?: readonly Departure[];
  /** What the program gets instead of the plain facade: one that watches it. */
  readonly wrap?: (fs: Facade) => Facade;
}

/** How a life ended that nobody cut. */
export type Ending =
  | { readonly type: 'ended' }
  | { readonly type: 'threw'; readonly error: unknown }
  | { readonly type: 'never ended'; readonly why: string };

/** Something that happened after so many ops. */
export interface Mark<T> {
  readonly after: number;
  readonly value: T;
}

/** Calls that were still under way when something was promised, or when the program's function returned. */
export interface Unawaited {
  readonly calls: readonly About[];
  /** Undefined for the return. */
  readonly promise: Mark<Acknowledgement> | undefined;
}

/** The record of one uncut life. */
export interface LifeRecord {
  readonly ops: readonly Op[];
  readonly acknowledged: readonly Mark<Acknowledgement>[];
  readonly phases: readonly Mark<string>[];
  /** The volatile view at the end. */
  readonly image: Image;
  readonly ending: Ending;
  /** The clock at the end, in milliseconds since 1970. */
  readonly time: number;
  /** Calls to the disk that were made while another was under way: they took effect in the order of the calls. */
  readonly overlaps: number;
  /** The moments at which several calls were under way: where another order was possible. */
  readonly steps: readonly Step[];
  /** By op, of those that this was asked for: the call in the source first, then what called it; none if not known. */
  readonly places?: ReadonlyMap<number, readonly Place[]>;
  /** Of the same ops: by which of the life's calls, from 1 on; undefined for one that takes effect where it is made. */
  readonly asked?: ReadonlyMap<number, number | undefined>;
  /** What the life would still have done after its end, and was not let, in words: an interval, say. */
  readonly cutOff?: readonly string[];
  /** Where the program did not wait for its own calls: a forgotten `await`, maybe. */
  readonly unawaited?: readonly Unawaited[];
  /** Paths of the real file system that the program named, if that was watched: it works where nobody looks. */
  readonly realPaths?: readonly string[];
  /** The calls that could have gone wrong, and those that did among them; only where the request names faults. */
  readonly chances?: readonly Chance[];
  /** What a `check` returned, whatever that is. */
  readonly findings?: unknown;
}

/**
 * How a program lives: the only thing that exploration asks of it. A kind of program is one implementation: functions
 * over the facade, an unmodified Node module, a recorded Linux program. The same request must give the same record.
 */
export interface Program {
  /** Lives one life to its end, without a cut, and records it. What the program does wrong is in the record. */
  live(request: LifeRequest): Promise<LifeRecord>;
}
