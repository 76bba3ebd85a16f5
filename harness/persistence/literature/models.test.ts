import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageText } from '../../disk/image/testing/describe.ts';
import { exhaustively } from '../choices.ts';
import { findModel, literature } from '../models.ts';
import { chooseSurvival, crashState } from '../survival.ts';
import { prefixes } from '../testing/by-hand.ts';
import { lifeOf, smallLife, type Step } from '../testing/steps.ts';
import { ALL, forLives, graphAt, textsOf, walk } from '../testing/walk.ts';
import { programLife } from './testing/program.ts';
import { distinctStates } from './testing/states.ts';

/** Fewer than for the models of real file systems: most of these are made of the same few rules. */
const RUNS = 20;

describe.each(literature)('the survivals of $name', (model) => {
  it('are the disks that all subsets by the rules give, with the reductions and without, and each is new once', () => {
    forLives(model, RUNS, (life, points) => {
      const reduced = walk(model, life);
      const plain = walk(model, life, { ...ALL, purge: false, merge: false });
      for (const [at, { survivals }] of points.entries()) {
        expect([...reduced[at]!.texts].sort(), `crash point ${at}`).toEqual(textsOf(survivals));
        expect([...plain[at]!.texts].sort(), `crash point ${at}`).toEqual(textsOf(survivals));
      }
      const distinct = new Set(points.flatMap(({ survivals }) => survivals.map(({ all }) => all.join())));
      expect(plain.reduce((sum, { fresh }) => sum + fresh, 0)).toBe(distinct.size);
    });
  });

  it('are those that the exhaustive driver chooses, and all of them kept is what the program saw', () => {
    forLives(model, RUNS, (life, points) => {
      for (const [at, { survivals }] of points.entries()) {
        const graph = graphAt(model, life, at);
        const texts = new Set<string>();
        exhaustively((choices) => texts.add(imageText(crashState(graph, chooseSurvival(graph, choices)))));
        expect([...texts].sort(), `crash point ${at}`).toEqual(textsOf(survivals));
        const all = imageText(crashState(graph, new Set(graph.pending)));
        if (model.name !== 'ferrite-advfs') expect(all).toBe(imageText(graph.volatile));
      }
    });
  });

  it('are one after a sync of everything', () => {
    fc.assert(
      fc.property(smallLife(7), (life) => {
        const all = lifeOf([...life.steps, { call: 'sync' }], life.boot);
        expect([...walk(model, all).at(-1)!.texts]).toEqual(prefixes(all, all.ops.length, all.ops.length));
      }),
      { numRuns: RUNS },
    );
  });

  it('have a file that was synced, and its directory with it, ever after', () => {
    const synced: readonly Step[] = [
      { call: 'create', path: '/z' },
      { call: 'write', path: '/z', flags: 1, data: { byte: 0x7a, offset: 0, length: 4100 } },
      { call: 'fsync', path: '/z' },
      { call: 'fsync', path: '/' },
    ];
    fc.assert(
      fc.property(smallLife(6), fc.nat({ max: 6 }), (life, after) => {
        const whole = lifeOf(life.steps.toSpliced(after, 0, ...synced), life.boot);
        const from = whole.ops.findIndex((op, i) => op.path === '/' && whole.ops[i - 1]?.path === '/z');
        fc.pre(graphAt(model, whole, whole.ops.length).pending.length < 9);
        for (const { texts } of walk(model, whole).slice(from + 1)) {
          for (const text of texts) expect(text).toContain('/z file 644 4100 [7ax4100]');
        }
      }),
      { numRuns: RUNS },
    );
  });
});

/** A model, one below it whose states include all of its, and a program that shows that they are more. */
const ABOVE: readonly (readonly [above: string, below: string, program: string, boot: string])[] = [
  [
    'sequential',
    'ferrite-code-nodelalloc',
    'write f n*1 at 5000; write f n*1 at 0',
    'create f; write f o*8192',
  ],
  ['ferrite-code-nodelalloc', 'ferrite-code', 'write f n*10', 'create f; write f o*10'],
  ['ferrite-code', 'ferrite-ext4', 'create a; create b', ''],
  ['ferrite-ext4', 'posix', 'create a; link a b', ''],
  ['ferrite-advfs', 'posix', 'create a; create b', ''],
  ['sequential', 'alice-ext3-j', 'create f; write f n*8192', ''],
  ['alice-ext3-j', 'alice-ext3-o', 'create a; write f n*10 at 0', 'create f; write f o*10'],
  ['alice-ext3-o', 'alice-ext3-w', 'create f; write f n*10; create g', ''],
  ['alice-ext3-o', 'alice-ext4-o', 'create f; write f n*10; create g', ''],
  ['alice-ext4-o', 'alice-btrfs', 'create a; create b', ''],
  ['alice-btrfs', 'posix', 'create f; write f n*10; rename f g', ''],
  ['alice-ext3-w', 'alice', 'create a; create b', ''],
];

describe('a model above another', () => {
  it.each(ABOVE)('%s has no crash state that %s has not', (above, below) => {
    const [stronger, weaker] = [findModel(above)!, findModel(below)!];
    forLives(weaker, RUNS, (life) => {
      const weak = walk(weaker, life);
      for (const [at, { texts }] of walk(stronger, life).entries()) {
        for (const text of texts) expect(weak[at]!.texts, `crash point ${at}`).toContain(text);
      }
    });
  });

  it.each(ABOVE)('%s is really stronger than %s: in "%s"', (above, below, program, boot) => {
    const count = (name: string): number =>
      distinctStates(findModel(name)!, programLife(program, boot)).length;
    expect(count(above)).toBeLessThan(count(below));
  });
});
