import { type Life, type Scenario, scenario } from '../../harness/index.ts';
import { checkStore } from '../backup/invariants.ts';
import { clientOf, open, ROOT, stored, type ClientTree } from '../backup/world.ts';
import type { Files } from './files.ts';
import { finish } from './finish.ts';
import { CURRENT, DUPLICATE, FINISHING, TRASH, WORKING } from './places.ts';
import { receive } from './receive.ts';

/** Where Burp's server was killed: before the first call that this says yes to, of those that change names. */
export type Killed = (call: string, path: string, to: string) => boolean;

/** A backup that Burp's server was killed in, and that jiggle has to finish. */
export interface TakenOver {
  readonly name: string;
  readonly summary: string;
  /** States of the client that Burp backed up. */
  readonly before: readonly ClientTree[];
  /** What it had received, and was told to be stored, when it was killed. */
  readonly tree: ClientTree;
  readonly killed: Killed;
  readonly next: ClientTree;
}

/** All is received, and nothing more was done. */
export const RECEIVED_ONLY: Killed = (call, from) => call === 'rename' && from === WORKING;
/** The first file is at its place, and what it was made of is gone. */
export const FIRST_FILE_DONE: Killed = (call, path) =>
  call === 'unlink' && path.startsWith(`${DUPLICATE}/data/`);
/** The previous backup is in the trash, and nothing is in its place. */
export const SWAPPING: Killed = (call, from) => call === 'rename' && from === DUPLICATE;
/** The duplicate is in its place, and the trash is still full. */
export const SWAPPED: Killed = (call, path) => call === 'rm' && path === TRASH;
/** Only the flip is left. */
export const BEFORE_FLIP: Killed = (call, from, to) =>
  call === 'rename' && from === FINISHING && to === CURRENT;

const SETTINGS = { entriesPerSync: 1 };

/** Burp's server was killed, the machine stayed up; then jiggle is started, and the power is cut as often as you like. */
export function takenOver(story: TakenOver): Scenario {
  const { before } = story;
  const all = [...before, story.tree];
  return scenario({
    name: story.name,
    summary: story.summary,
    durableRecovery: true,
    dontCare: [TRASH],
    async setup(life) {
      await life.fs.mkdir(ROOT, { recursive: true });
      for (const tree of before) {
        await receive(life, clientOf(tree), () => undefined);
        await finish(life.fs);
      }
      await killed(life, story);
    },
    async run(life) {
      await (await open(life, SETTINGS)).recover();
    },
    async recover(life) {
      await (await open(life, SETTINGS)).recover();
    },
    async check(disk, acknowledged) {
      return await checkStore(disk, acknowledged, {
        trees: new Map(all.map((tree, i) => [i + 1, tree])),
        listings: [all.map((_, i) => i + 1)],
        settings: SETTINGS,
        next: story.next,
      });
    },
  });
}

class ServerKilled extends Error {}

/** The real server keeps a log all the time, by which its backups are known as its own. */
async function killed(life: Life, { tree, killed: isAt }: TakenOver): Promise<void> {
  const fs = killing(life.fs, isAt);
  try {
    await receive({ fs, clock: life.clock }, clientOf(tree), (name) => life.acknowledge(stored(name)));
    await finish(fs);
    throw new Error('Burp came to its end: it was to be killed');
  } catch (error) {
    if (!(error instanceof ServerKilled)) throw error;
  }
  const names = await life.fs.readdir(ROOT);
  const link = names.includes('working') ? WORKING : FINISHING;
  await life.fs.writeFile(`${link}/log`, 'begin phase4\n');
}

const NAMING: ReadonlySet<string> = new Set(['rename', 'unlink', 'link', 'mkdir', 'rmdir', 'rm', 'symlink']);

function killing(fs: Files, isAt: Killed): Files {
  return new Proxy(fs, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const bound = value.bind(target) as (...args: unknown[]) => unknown;
      if (typeof name !== 'string' || !NAMING.has(name)) return bound;
      return async (...args: unknown[]) => {
        if (isAt(name, String(args[0]), String(args[1]))) throw new ServerKilled();
        return await bound(...args);
      };
    },
  });
}
