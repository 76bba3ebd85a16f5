import type { Acknowledgement, Findings, Scenario } from '../scenario.ts';

/** A command: its words. A word `{here}` is the folder of the scenario's file, `{dir}` that of the disk. */
export type Words = readonly string[];

/** What a check that is a function looks at: a real directory, which it may change as it likes. */
export interface RealDisk {
  /** The disk, as a path that leads there from here. */
  readonly dir: string;
  /**
   * The path by which commands know it, as `{dir}`: the same in all of them, and another than `dir` where several checks
   * run at the same time. It is what a program may have written down.
   */
  readonly seenAs: string;
  /** All that has been promised. */
  readonly acknowledged: readonly Acknowledgement[];
  /** Runs a command, as all commands of the scenario are run, and gives what it said. */
  readonly ask: (words: Words) => Promise<Answer>;
}

/** What a command said, and how it ended. */
export interface Answer {
  /** The exit code; -1 if a signal ended it, or its time. */
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** A Linux program as it is, and what it must survive. */
export interface TracedDefinition extends Pick<
  Scenario,
  'name' | 'summary' | 'madeFrom' | 'durableRecovery' | 'uptimeMax' | 'volumes'
> {
  /** What counts as the disk: a directory in the folder that all commands run in. `data` if nothing is said. */
  readonly dir?: string;
  /** Makes the disk as it is before the story begins: one command or several, not recorded. */
  readonly setup?: Words | readonly Words[];
  /** The life that is cut first. A line `acknowledged: N` of its output is a promise, `phase: N` names a part. */
  readonly run: Words;
  /** What the program does after a reboot before it serves again. */
  readonly recover?: Words;
  /**
   * Says what is wrong with a disk after recovery. As a command, by its exit code: 0 if all is well; else each line of
   * its output is something that is broken, and `lost: ...` a broken promise. `{acknowledged}` is the last promise.
   */
  readonly check: Words | ((disk: RealDisk) => Findings | Promise<Findings>);
  /** Names and paths on the disk that are to be disregarded: they are never recorded, and gone after each cut. */
  readonly ignore?: readonly string[];
  /** Besides PATH, HOME, TZ and LANG, which are the same in all lives. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Runs recovery on each disk, also on one that looks to it like one that it was run on before. It finds the same and
   * takes longer; for whoever doubts it.
   */
  readonly recoverEach?: boolean;
  /**
   * Recoveries and checks that may run at the same time, at most; as many as the run allows, if nothing is said. Each has a
   * folder and a network of its own. 1 is for programs that meet elsewhere: in files of `/tmp` with fixed names, say.
   */
  readonly atOnce?: number;
  /** Milliseconds that one command may take; 10,000 if nothing is said. */
  readonly timeLimit?: number;
  /** The file that `./program` is named from; without it the one that calls `traced`. */
  readonly from?: string | URL;
}
