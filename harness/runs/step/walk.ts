import type { TreeRow } from '../../../reports/schema/story.ts';
import { describeEffect, describeOp } from '../../explore/describe.ts';
import type { Player, Replay } from '../../explore/replay.ts';
import { listTree } from '../../disk/image/tree.ts';
import type { Op } from '../../disk/journal.ts';
import type { EffectGraph } from '../../persistence/graph.ts';
import { graphAfter, type Uptime } from '../../persistence/uptime.ts';
import { isSync } from '../../persistence/rules.ts';
import { treeRows } from '../events/story-report.ts';

/** One op of a life, as it is listed. */
export interface StepOp {
  readonly index: number;
  readonly text: string;
  readonly sync: boolean;
}

/** One life of a story, from where one can stand in it. */
export interface StepLife {
  /** `the main life`, `recovery 1`, `the last recovery`. */
  readonly name: string;
  /** Cut or killed after op `at`; the last life of a story comes to its end. */
  readonly ends: 'cut' | 'kill' | 'end';
  readonly at: number;
  /** All ops, those that the cut leaves unmade too. */
  readonly ops: readonly StepOp[];
  /** Places to stand at: before the first op, after each op up to `at`, and after the end of the life. */
  readonly stops: number;
}

/** What is to be seen at one place. */
export interface Stop {
  /** After op `at`; what the end of the life leaves, where `isEnd` is set. */
  readonly at: number;
  readonly isEnd: boolean;
  /** By path: what the program sees, and what is surely on the disk; at a cut, what it leaves. */
  readonly rows: readonly TreeRow[];
  /** What is not surely on the disk; at a cut, what is lost. */
  readonly pending: readonly string[];
}

/** A story that was played again, to be gone through op by op. */
export class Walk {
  readonly lives: readonly StepLife[];
  readonly #replay: Replay;
  readonly #uptimes: readonly Uptime[];

  constructor(player: Player, replay: Replay) {
    this.#replay = replay;
    const { lives, recovery } = replay;
    this.#uptimes = [...lives.map(({ uptime }) => uptime), lastUptime(player, replay)];
    const cut = lives.map((lived, i) => ({
      name: i === 0 ? 'the main life' : `recovery ${i}`,
      ends: lived.cut.kill ? ('kill' as const) : ('cut' as const),
      at: lived.cut.at,
      ops: lived.life.ops.map(stepOp),
      stops: lived.cut.at + 2,
    }));
    const last: StepLife = {
      name: lives.length === 0 ? 'the main life' : 'the last recovery',
      ends: 'end',
      at: recovery.ops.length,
      ops: recovery.ops.map(stepOp),
      stops: recovery.ops.length + 2,
    };
    this.lives = [...cut, last];
  }

  /** @param index from 0 on, less than the life's `stops` */
  stop(life: number, index: number): Stop {
    const { at, stops } = this.lives[life]!;
    const ops = this.#opsOf(life);
    const graph = graphAfter(this.#uptimes[life]!);
    for (const op of ops.slice(0, Math.min(index, at))) graph.step(op);
    return index === stops - 1 ? this.#end(life, graph) : stopAt(graph, index);
  }

  /** All stops of a life, in order; each is worked out from the one before. */
  *stops(life: number): Generator<Stop> {
    const { at } = this.lives[life]!;
    const graph = graphAfter(this.#uptimes[life]!);
    yield stopAt(graph, 0);
    for (const op of this.#opsOf(life).slice(0, at)) {
      graph.step(op);
      yield stopAt(graph, op.index);
    }
    yield this.#end(life, graph);
  }

  #opsOf(life: number): readonly Op[] {
    return (this.#replay.lives[life]?.life ?? this.#replay.recovery).ops;
  }

  #end(life: number, graph: EffectGraph): Stop {
    const lived = this.#replay.lives[life];
    const { at } = this.lives[life]!;
    if (!lived) return { ...stopAt(graph, at), isEnd: true };
    const lost = lived.cut.kill ? [] : lived.pending.filter((effect) => !lived.kept.has(effect));
    return {
      at,
      isEnd: true,
      rows: rowsOf(lived.seen, lived.crash),
      pending: lost.map((effect) => `op ${effect.op.index}: ${describeEffect(effect, lived.seen)}`),
    };
  }
}

function lastUptime(player: Player, { lives }: Replay): Uptime {
  const before = lives.at(-1);
  if (!before) return { model: player.model, boot: player.main.boot, killed: [] };
  const { uptime, cut, life, crash } = before;
  if (!cut.kill) return { ...uptime, boot: crash, killed: [] };
  return { ...uptime, killed: [...uptime.killed, life.ops.slice(0, cut.at)] };
}

function stepOp(op: Op): StepOp {
  return { index: op.index, text: describeOp(op), sync: isSync(op) };
}

function stopAt(graph: EffectGraph, at: number): Stop {
  return {
    at,
    isEnd: false,
    rows: rowsOf(graph.volatile, graph.durable),
    pending: graph.pending.map(
      (effect) => `op ${effect.op.index}: ${describeEffect(effect, graph.volatile)}`,
    ),
  };
}

function rowsOf(seen: EffectGraph['volatile'], disk: EffectGraph['durable']): readonly TreeRow[] {
  const rows = treeRows({ before: new Map(), seen: listTree(seen), crash: listTree(disk) }, undefined);
  return rows.sort((one, other) => (one.path < other.path ? -1 : 1));
}
