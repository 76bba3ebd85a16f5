import type { Facade } from '../disk/facade/facade.ts';

/** A promise made to the outside, as text: it must outlive every later cut. */
export type Acknowledgement = string;

/** What a program gets for one life: from a boot to the next cut, or to the end. */
export interface Life {
  /** The simulated disk, as the functions of `node:fs/promises`. */
  readonly fs: Facade;
  /** Milliseconds since 1970. Each life starts where the last one was cut; each call of `now` moves it by one. */
  readonly clock: { readonly now: () => number };
  /** From 0 to 1, the same in every run of this life. */
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

/** A broken invariant. */
export interface Finding {
  /** The invariant's name: a claim, such as "nothing acknowledged is lost". */
  readonly invariant: string;
  /** What was found instead, in a sentence. */
  readonly message: string;
  /** `lost`: a promise to the outside is broken. `corrupt`, if nothing is said: the disk is in no valid state. */
  readonly kind?: 'lost' | 'corrupt';
}

/**
 * A program and what it must survive. Everything in it must be deterministic: the same disk gives the same ops.
 */
export interface Scenario {
  readonly name: string;
  /** One sentence for `blackout list`. */
  readonly summary?: string;
  /** Makes the disk as it is before the story begins: not recorded, and durable. */
  setup?(life: Life): Promise<void>;
  /** The life that is cut first. */
  run(life: Life): Promise<void>;
  /** What the program does after a reboot before it serves again. */
  recover?(life: Life): Promise<void>;
  /** Says what is wrong with a disk after recovery: nothing, if it is valid. Throwing means that it can't tell. */
  check(disk: Disk, acknowledged: readonly Acknowledgement[]): Promise<Findings>;
  /** When `recover` returns, its result must be durable: no cut afterwards may undo it. */
  readonly durableRecovery?: boolean;
  /** More calls than this in one recovery count as "never ends". */
  readonly callsMax?: number;
  /** A minimum uptime above this many ops is a livelock. Without it, the number is reported and not judged. */
  readonly uptimeMax?: number;
  /** Absolute paths of directories whose inside recovery deletes unread; see `dont-care.ts`. Only used on demand. */
  readonly dontCare?: readonly string[];
  /** Simpler forms of the scenario, the simplest first, for shrinking. */
  smaller?(): readonly Scenario[];
}

export type Findings = Finding | readonly Finding[] | undefined | void;

/** Declares a scenario: gives a literal its type, and refuses one that can't work. */
export function scenario(definition: Scenario): Scenario {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(definition.name)) {
    throw new TypeError(
      `scenario name ${JSON.stringify(definition.name)}: it must be lower-case letters, digits and hyphens, because tokens hold it`,
    );
  }
  return definition;
}

/** A finding: `return broken('the file is old or new', 'it is empty')`. */
export function broken(invariant: string, message: string, kind: 'lost' | 'corrupt' = 'corrupt'): Finding {
  return { invariant, message, kind };
}
