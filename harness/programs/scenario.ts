import type { Facade } from '../disk/facade/facade.ts';
import { demandShape, type Kind } from './well-formed.ts';

/** A promise made to the outside, as text: it must outlive every later cut. */
export type Acknowledgement = string;

/** What a program gets for one life: from a boot to the next cut, or to the end. */
export interface Life {
  /** The simulated disk, as the functions of `node:fs/promises`. */
  readonly fs: Facade;
  /** Milliseconds since 1970. It never goes back from setup to run, recovery and check; each call of `now` moves it by one. */
  readonly clock: { readonly now: () => number };
  /** From 0 to 1, the same in every run of this life, and others on another disk. */
  readonly random: () => number;
  /** Records a promise at this moment: whatever happens later, `check` is told of it. */
  readonly acknowledge: (what: Acknowledgement) => void;
  /** Names the part of the life that starts here, for the report. */
  readonly phase: (name: string) => void;
}

/** What `check` looks at: a disk of its own after recovery, which it may change as it likes. */
export interface Disk {
  readonly fs: Facade;
  readonly clock: { readonly now: () => number };
  readonly random: () => number;
}

/** What a story went through besides cuts and kills. */
export interface Endured {
  /**
   * Calls that failed, in all of its lives: only where faults are explored (`--faults`), 0 otherwise. A program that
   * was told an error may do less than it promises when all goes well; what it has acknowledged it owes all the same.
   */
  readonly failed: number;
}

/** A broken invariant. */
export interface Finding {
  /** The invariant's name: a claim, such as "nothing acknowledged is lost". */
  readonly invariant: string;
  /** What was found instead, in a sentence. */
  readonly message: string;
  /** `lost`: a promise to the outside is broken. `corrupt`, if nothing is said: the disk is in no valid state. */
  readonly kind?: 'lost' | 'corrupt';
  /** How what is differs from what should be, for what an assertion found: some lines. */
  readonly difference?: string;
  /** What to do about it, in a sentence, where that is known: for a check that could not tell. */
  readonly advice?: string;
  /** Where it was thrown, for what is found by an exception: the frames of the program, one a line. */
  readonly stack?: string;
}

/**
 * A program and what it must survive. Everything in it must be deterministic: the same disk gives the same ops.
 */
export interface Scenario {
  readonly name: string;
  /** One sentence for `blackout list`. */
  readonly summary?: string;
  /** What it was made from, if its name does not say it, as text: parameters, other data. Tokens hold a sum of it. */
  readonly madeFrom?: string;
  /** Makes the disk as it is before the story begins: not recorded, and durable. */
  setup?(life: Life): Promise<void>;
  /** The life that is cut first. */
  run(life: Life): Promise<void>;
  /** What the program does after a reboot before it serves again. */
  recover?(life: Life): Promise<void>;
  /**
   * Says what is wrong with a disk after recovery: nothing, if it is valid. Throwing means that it can't tell. Where
   * calls failed, `endured` says so, for promises that only hold if none does.
   */
  check(disk: Disk, acknowledged: readonly Acknowledgement[], endured: Endured): Promise<Findings>;
  /** When `recover` returns, its result must be durable: no cut afterwards may undo it. */
  readonly durableRecovery?: boolean;
  /** More calls than this in one recovery count as "never ends". */
  readonly callsMax?: number;
  /** A minimum uptime above this many ops is a livelock. Without it, the number is reported and not judged. */
  readonly uptimeMax?: number;
  /** Absolute paths of directories whose inside recovery deletes unread; see `dont-care.ts`. Only used on demand. */
  readonly dontCare?: readonly string[];
  /**
   * Which file system is where, by mount point: `{ '/': 'ext4', '/wal': 'xfs' }`. `same` is the model of the run, and so
   * is what is at `/` if nothing is said. Nothing orders one against the other.
   */
  readonly volumes?: Readonly<Record<string, string>>;
  /** Simpler forms of the scenario, the simplest first, for shrinking. */
  smaller?(): readonly Scenario[];
}

/** What a check returns: what is broken, or nothing. */
export type Findings = Finding | readonly Finding[] | undefined | void;

/** All that a scenario may have. */
const KEYS: Readonly<Record<keyof Scenario, Kind>> = {
  name: 'text',
  summary: 'text',
  madeFrom: 'text',
  setup: 'function',
  run: 'function',
  recover: 'function',
  check: 'function',
  durableRecovery: 'boolean',
  callsMax: 'count',
  uptimeMax: 'count',
  dontCare: 'paths',
  smaller: 'function',
  volumes: 'record',
};

/** Declares a scenario: gives a literal its type, and refuses one that can't work. */
export function scenario(definition: Scenario): Scenario {
  demandShape(definition, KEYS, ['name', 'run', 'check']);
  if (!/^[a-z0-9][a-z0-9-]*$/.test(definition.name)) {
    throw new TypeError(
      `scenario name ${JSON.stringify(definition.name)}: it must be lower-case letters, digits and hyphens, because tokens hold it`,
    );
  }
  return definition;
}

/** Whether a value has what every scenario has: a module may export plain objects. */
export function isScenario(value: unknown): value is Scenario {
  if (typeof value !== 'object' || value === null) return false;
  const { name, run, check } = value as Partial<Record<keyof Scenario, unknown>>;
  return typeof name === 'string' && typeof run === 'function' && typeof check === 'function';
}

/** A finding: `return broken('the file is old or new', 'it is empty')`. */
export function broken(invariant: string, message: string, kind: 'lost' | 'corrupt' = 'corrupt'): Finding {
  return { invariant, message, kind };
}
