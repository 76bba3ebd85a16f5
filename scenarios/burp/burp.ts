import { type Life, type Scenario, scenario } from '../../harness/index.ts';
import { clientOf, ROOT, stored, type ClientTree } from '../backup/world.ts';
import { connectUntilReady } from './connect.ts';
import { duplicate } from './duplicate.ts';
import { finish } from './finish.ts';
import { checkBurp } from './invariants.ts';
import { receive } from './receive.ts';
import { removeOldest } from './remove.ts';

/** What the server is doing when the power goes. */
export type BurpAct =
  /** A whole backup, phases 1 to 4. `isAnswered`: whether what the client is told counts as a promise. */
  | { readonly does: 'backup'; readonly tree: ClientTree; readonly isAnswered: boolean }
  /** Phase 4 of a backup that is received, and whose client has been answered. */
  | { readonly does: 'finish'; readonly tree: ClientTree }
  /** The same, when the disk has caught up after the current backup was duplicated: the jiggle and what follows. */
  | { readonly does: 'jiggle'; readonly tree: ClientTree }
  | { readonly does: 'remove oldest' };

export interface BurpStory {
  readonly name: string;
  readonly summary: string;
  /** States of the client that are backed up before the story, one backup each. */
  readonly before: readonly ClientTree[];
  readonly act: BurpAct;
  readonly next: ClientTree;
}

/**
 * Real Burp 3.1.4's storage, small: the order of its changes to the disk in phases 1 to 4, in deletion and in recovery
 * on connect, its syncs, and its tests for "done". Settings: reverse deltas, working_dir_recovery_method=delete, keep
 * everything. Left out are
 * - what recovery never reads in this configuration: lock file, logs, counters, statistics, incexc, resumed;
 * - hardlinked archives, and with them the deletion of the newest of several backups (current.tmp);
 * - files whose first hard link is gone (relink).
 * Reverse deltas are not packed.
 */
export function burpScenario(story: BurpStory): Scenario {
  const { act, before } = story;
  const old = before.map((_, i) => i + 1);
  const trees = new Map(before.map((tree, i) => [i + 1, tree]));
  if (act.does !== 'remove oldest') trees.set(old.length + 1, act.tree);
  return scenario({
    name: story.name,
    summary: story.summary,
    async setup(life) {
      await life.fs.mkdir(ROOT, { recursive: true });
      for (const tree of before) await backUp(life, tree, false);
      if (act.does === 'finish' || act.does === 'jiggle') await receiveFrom(life, act.tree, true);
      if (act.does === 'jiggle') await duplicate(life.fs);
    },
    async run(life) {
      await perform(life, act);
    },
    async recover({ fs }) {
      await connectUntilReady(fs);
    },
    async check(disk, acknowledged) {
      return await checkBurp(disk, acknowledged, {
        trees,
        listings: [old, after(act, old)],
        next: story.next,
      });
    },
  });
}

async function perform(life: Life, act: BurpAct): Promise<void> {
  switch (act.does) {
    case 'backup':
      return await backUp(life, act.tree, act.isAnswered);
    case 'finish':
    case 'jiggle':
      return await finish(life.fs);
    case 'remove oldest':
      return life.acknowledge(`deleted ${await removeOldest(life.fs)}`);
  }
}

async function backUp(life: Life, tree: ClientTree, isAnswered: boolean): Promise<void> {
  await receiveFrom(life, tree, isAnswered);
  life.phase('phase 4');
  await finish(life.fs);
}

async function receiveFrom(life: Life, tree: ClientTree, isAnswered: boolean): Promise<void> {
  life.phase('phases 1 to 3');
  await receive(life, clientOf(tree), (name) => {
    if (isAnswered) life.acknowledge(stored(name));
  });
}

function after(act: BurpAct, old: readonly number[]): readonly number[] {
  return act.does === 'remove oldest' ? old.slice(1) : [...old, old.length + 1];
}
