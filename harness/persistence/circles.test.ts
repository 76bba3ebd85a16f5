import { describe, expect, it } from 'vitest';
import { imageText } from '../disk/image/testing/describe.ts';
import { exhaustively } from './choices.ts';
import { models } from './models.ts';
import { posix } from './models/posix.ts';
import { chooseSurvival, crashState } from './survival.ts';
import { bruteForce } from './testing/brute-force.ts';
import { bootDisk, lifeOf, type SmallLife, type Step } from './testing/steps.ts';
import { graphAt, textsOf, walk } from './testing/walk.ts';

const mkdir = (path: string): Step => ({ call: 'mkdir', path });
const create = (path: string): Step => ({ call: 'create', path });
const move = (path: string, to: string): Step => ({ call: 'rename', path, to });
const fsync = (path: string): Step => ({ call: 'fsync', path });

/** Lives in which directories lie in one another, one way round and then the other. */
const lives: Readonly<Record<string, SmallLife>> = {
  'the directory above moves into the one below, and that one is synced': lifeOf(
    [move('/x/a', '/q'), move('/x', '/q/x'), fsync('/q')],
    bootDisk([mkdir('/x'), mkdir('/x/a')]),
  ),
  'they change places, and then a file is made': lifeOf(
    [move('/x/a', '/q'), move('/x', '/q/x'), create('/q/x/a')],
    bootDisk([mkdir('/x'), mkdir('/x/a')]),
  ),
  'one moves in and out, the other in; a file and a mode are pending': lifeOf(
    [
      { call: 'chmod', path: '/a', mode: 0o700 },
      create('/b/f'),
      move('/a', '/b/a'),
      move('/b/a', '/a'),
      move('/b', '/a/b'),
      { call: 'fdatasync', path: '/a' },
    ],
    bootDisk([mkdir('/a'), mkdir('/b')]),
  ),
};

describe.each(models)('directories that were in each other, under $name', (model) => {
  it.each(Object.entries(lives))('%s: no disk is missed and none made up', (_, life) => {
    const sights = walk(model, life);
    for (const [at, { survivals }] of bruteForce(model, life.boot, life.ops)!.entries()) {
      expect([...sights[at]!.texts].sort(), `crash point ${at}`).toEqual(textsOf(survivals));
      const graph = graphAt(model, life, at);
      const texts = new Set<string>();
      exhaustively((choices) => {
        texts.add(imageText(crashState(graph, chooseSurvival(graph, choices))));
      });
      expect([...texts].sort(), `crash point ${at}`).toEqual(textsOf(survivals));
    }
  });
});

describe('a sync of a moved directory', () => {
  it('never lets it come to lie in itself and vanish', () => {
    const [life] = Object.values(lives);
    const graph = graphAt(posix, life!, 3);
    expect(imageText(graph.durable)).toContain('/q/x dir');
    expect(graph.pending).toEqual([]);
  });

  it('leaves the move of the directory that was moved into pending, where no circle forces it', () => {
    // The trap of a directory whose own entry is not durable yet: what was moved into it may be lost with it.
    const life = lifeOf([mkdir('/data'), move('/n', '/data/n'), fsync('/data')], bootDisk([create('/n')]));
    const [{ texts }] = walk(posix, life).slice(-1) as [ReturnType<typeof walk>[number]];
    expect([...texts].sort()).toEqual(['/ dir 755', '/ dir 755\n/data dir 755\n/data/n file 644 0 []']);
  });
});
