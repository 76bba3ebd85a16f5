import * as realPromises from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { createFsFromVolume, Volume } from 'memfs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Core } from '../core/core.ts';
import { createFacade } from '../facade/facade.ts';
import { Image } from '../image/image.ts';
import { outcome, type Promises } from '../testing/api-case.ts';
import { API_CASES } from '../testing/api-cases.ts';
import { createTestVolume } from '../testing/volume.ts';
import { makePlayground, type Playground } from '../testing/temp-dir.ts';

/** The same cases on the real `node:fs/promises` and on ours: whatever Node answers on this machine is right. */
let playground: Playground;
let umask: number;

beforeAll(() => {
  playground = makePlayground();
  umask = process.umask(0o022);
});

afterAll(() => {
  process.umask(umask);
  playground.remove();
});

function disk(): Core {
  const core = new Core(Image.empty());
  core.mkdirp(playground.root);
  return core;
}

describe.skipIf(process.platform !== 'linux')('as Node on a real disk', () => {
  for (const { claim, needs, run } of API_CASES) {
    it(`${claim} (${needs === 'volume' ? 'volume' : 'facade and volume'})`, async () => {
      playground.reset();
      const expected = await run(realPromises, playground.root);
      const volume = createTestVolume(disk());
      expect(await run(volume.promises, playground.root)).toEqual(expected);
      if (needs === 'volume') return;
      expect(await run(createFacade(disk()) as unknown as Promises, playground.root)).toEqual(expected);
    });
  }

  it('is not what any file system would pass: memfs alone fails many of these', async () => {
    const failed = [];
    for (const { claim, run } of API_CASES) {
      playground.reset();
      const expected = await run(realPromises, playground.root);
      const { promises } = createFsFromVolume(new Volume());
      await promises.mkdir(playground.root, { recursive: true });
      const actual = await outcome(() => run(promises as unknown as Promises, playground.root));
      if (!isDeepStrictEqual(actual, expected)) failed.push(claim);
    }
    expect(failed.length).toBeGreaterThan(API_CASES.length / 2);
  });
});
