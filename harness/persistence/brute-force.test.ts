import { describe, expect, it } from 'vitest';
import { hashText, imageText } from '../disk/image/testing/describe.ts';
import { exhaustively, randomly, replaying } from './choices.ts';
import { findModel, models } from './models.ts';
import { chooseSurvival, crashState, illegal } from './survival.ts';
import { ALL, forLives, graphAt, textsOf, walk } from './testing/walk.ts';

/**
 * Why this test? The explorer's claim is "these are all the disks that a power cut can leave". One that is missed is
 * a bug that nobody hears of, one too many is a report about an innocent program. So the survivals, with all that
 * makes them fast, are held against subsets that are gone through one by one.
 */
const wrapped = [
  'posix+tears',
  'ext4-writeback+tears',
  'btrfs+lying',
  'ext4+garbage',
  'xfs+garbage+tears',
].map((name) => findModel(name)!);

describe.each([...models, ...wrapped])('the survivals of $name', (model) => {
  it('are, at every crash point, the disks that all subsets by the rules give', () => {
    forLives(model, 60, (life, points) => {
      const sights = walk(model, life);
      for (const [at, { survivals }] of points.entries()) {
        expect([...sights[at]!.texts].sort(), `crash point ${at}`).toEqual(textsOf(survivals));
        expect(sights[at]!.hashes).toEqual(new Set(survivals.map(({ hash }) => hash)));
      }
    });
  });

  it.each([
    { purge: false, merge: false },
    { purge: false, merge: true },
    { purge: true, merge: false },
  ])('are the same disks with purge $purge and merge $merge', ({ purge, merge }) => {
    forLives(model, 30, (life, points) => {
      const sights = walk(model, life, { ...ALL, purge, merge });
      for (const [at, { survivals }] of points.entries()) {
        expect([...sights[at]!.texts].sort(), `crash point ${at}`).toEqual(textsOf(survivals));
      }
    });
  });

  it('are each new once in the whole life', () => {
    forLives(model, 40, (life, points) => {
      const sights = walk(model, life, { ...ALL, purge: false, merge: false });
      const fresh = sights.reduce((sum, sight) => sum + sight.fresh, 0);
      const distinct = new Set(points.flatMap(({ survivals }) => survivals.map(({ all }) => all.join())));
      expect(fresh).toBe(distinct.size);
    });
  });

  it('are at most as many with merging, and at least as many as there are disks', () => {
    forLives(model, 60, (life, points) => {
      const count = (merge: boolean): number =>
        walk(model, life, { ...ALL, purge: false, merge }).reduce((sum, sight) => sum + sight.fresh, 0);
      const disks = new Set(points.flatMap(({ survivals }) => survivals.map(({ text }) => text)));
      expect(count(true)).toBeLessThanOrEqual(count(false));
      expect(count(true)).toBeGreaterThanOrEqual(disks.size);
    });
  });

  it.each([{ purge: true }, { purge: false }])(
    'are those that the exhaustive driver chooses, and the graph builds, with $purge purge',
    ({ purge }) => {
      forLives(model, 25, (life, points) => {
        for (const [at, { survivals }] of points.entries()) {
          const graph = graphAt(model, life, at, { purge });
          const texts = new Set<string>();
          const hashes = new Set<string>();
          exhaustively((choices) => {
            const image = crashState(graph, chooseSurvival(graph, choices));
            texts.add(imageText(image));
            hashes.add(hashText(image));
          });
          expect([...texts].sort(), `crash point ${at}`).toEqual(textsOf(survivals));
          expect(hashes).toEqual(new Set(survivals.map(({ hash }) => hash)));
        }
      });
    },
  );

  it('hold whatever the random driver and a replay choose', () => {
    forLives(model, 60, (life, points) => {
      for (const [at, { survivals }] of points.entries()) {
        const graph = graphAt(model, life, at);
        const known = new Set(survivals.map(({ text }) => text));
        for (const choices of [randomly(at), randomly(-7), replaying([1, 0, 1]), replaying([9, 9, 9, 9])]) {
          const kept = chooseSurvival(graph, choices);
          expect(illegal(graph, kept)).toBeUndefined();
          expect(known).toContain(imageText(crashState(graph, kept)));
        }
        // New data in a block of an old file is there only if the old file is.
        const seen = graph.pending.filter(({ excludes }) => excludes.length === 0);
        const all = crashState(graph, new Set(seen));
        expect(imageText(all), 'what the program saw').toBe(imageText(graph.volatile));
      }
    });
  });
});
