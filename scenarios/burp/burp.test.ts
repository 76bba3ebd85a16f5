import { describe, expect, it } from 'vitest';
import { DEFAULTS, Explorer, findModel, Player, type Cut } from '../../harness/index.ts';
import { describeOp } from '../../harness/explore/describe.ts';
import { burpScenario, type BurpAct } from './burp.ts';
import { PACKED } from './trees.ts';

const [FIRST, SECOND, THIRD, FOURTH] = PACKED;
const processKill = findModel('process-kill')!;
const WHOLE: BurpAct = { does: 'backup', tree: THIRD, isAnswered: false };

async function opsOf(act: BurpAct): Promise<readonly string[]> {
  const story = { name: 'burp', summary: '', before: [FIRST, SECOND], act, next: FOURTH };
  const player = await Player.start(burpScenario(story), processKill);
  return player.main.life.ops.map((op) => describeOp(op).replaceAll('/store/c1/', ''));
}

describe("Burp's phases", () => {
  it('jiggle a changed file in the order of the real server', async () => {
    const ops = (await opsOf({ does: 'jiggle', tree: THIRD })).map((op) => op.replaceAll('finishing/', ''));
    const from = ops.indexOf('create deltas.forward/inflate');
    const kinds = ops.slice(from, ops.indexOf('unlink deltas.forward/inflate') + 1);
    expect(kinds.map((op) => op.replace(/ \[.*/, ''))).toEqual([
      'create deltas.forward/inflate',
      'write deltas.forward/inflate',
      'create data.tmp/t/b/a.txt',
      'write data.tmp/t/b/a.txt',
      'mkdir currentdup/deltas.reverse',
      'mkdir currentdup/deltas.reverse/t',
      'mkdir currentdup/deltas.reverse/t/b',
      'create currentdup/sig.tmp',
      'write currentdup/sig.tmp',
      'create currentdup/deltas.reverse/t/b/a.txt',
      'write currentdup/deltas.reverse/t/b/a.txt',
      'unlink currentdup/sig.tmp',
      'rename data.tmp/t/b/a.txt -> data/t/b/a.txt',
      'unlink deltas.forward/t/b/a.txt',
      'unlink currentdup/data/t/b/a.txt',
      'unlink deltas.forward/inflate',
    ]);
  });

  it('sync before the point of no return, and never again', async () => {
    const ops = await opsOf(WHOLE);
    const finishing = ops.indexOf('rename working -> finishing');
    expect(ops.slice(0, finishing).filter((op) => op.startsWith('sync'))).not.toHaveLength(0);
    expect(ops.slice(finishing).filter((op) => op.includes('sync'))).toEqual([]);
    expect(ops.at(-1)).toBe('rename finishing -> current');
  });
});

describe("Burp's recovery from kills", () => {
  it.each<[what: string, before: readonly (typeof FIRST)[], act: BurpAct, next: typeof FIRST]>([
    ['a first backup', [], { does: 'backup', tree: FIRST, isAnswered: false }, SECOND],
    ['the deletion of the oldest of two backups', [FIRST, SECOND], { does: 'remove oldest' }, THIRD],
  ])('brings %s to an end after any number of kills', async (_what, before, act, next) => {
    const story = burpScenario({ name: 'burp', summary: '', before, act, next });
    const result = await new Explorer(story, processKill, DEFAULTS).explore();
    expect(result.failures.map((node) => node.verdict)).toEqual([]);
    expect(result.closed).toBe(true);
  });

  it('brings a whole incremental backup to an end after any two kills', async () => {
    const story = { name: 'burp', summary: '', before: [FIRST, SECOND], act: WHOLE, next: FOURTH };
    const options = { ...DEFAULTS, depth: 2 };
    const result = await new Explorer(burpScenario(story), processKill, options).explore();
    expect(result.failures.map((node) => node.verdict)).toEqual([]);
    expect(result.stopped).toBeUndefined();
  });

  it('is stuck for good after enough kills at one place, because each of them leaves a tree in deleteme', async () => {
    const story = {
      name: 'burp',
      summary: '',
      before: [FIRST],
      act: { does: 'jiggle', tree: SECOND },
      next: THIRD,
    } as const;
    const player = await Player.start(burpScenario(story), processKill);
    const swapIn = (ops: readonly { kind: string; path: string }[]): number =>
      ops.findIndex(({ kind, path }) => kind === 'rename' && path.endsWith('/currentdup')) + 1;
    const first: Cut = { at: swapIn(player.main.life.ops), mode: 'lose', effects: [] };
    const again: Cut = { ...first, at: swapIn((await player.play([first])).recovery.ops) };
    const { lives, verdict } = await player.play([first, ...Array.from({ length: 100 }, () => again)]);
    expect(lives.at(-1)!.life.ending.type).toBe('ended'); // After a hundred kills it still comes back, if it may.
    expect(verdict.outcome).toBe('stuck');
    expect(verdict.findings[0]!.message).toMatch(/ENOTEMPTY.*deleteme\/0000001 .*\.100'/);
  });
});
