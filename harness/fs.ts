/** All of `node:fs` on a simulated disk, for scenarios whose functions want more than `node:fs/promises`. */
import type * as nodeFs from 'node:fs';
import { Core } from './disk/core/core.ts';
import { Image } from './disk/image/image.ts';
import { createVolume } from './disk/volume/volume.ts';
import { current } from './programs/current.ts';
import { coreOf } from './programs/life.ts';
import type { Disk, Life } from './programs/scenario.ts';
import { real } from './programs/real.ts';

/**
 * `node:fs` on the disk of a life: synchronous calls, callbacks, promises, FileHandle and streams, for code that takes
 * a file system as an argument. It sees what the life's own `fs` sees.
 *
 * @param life what a scenario's `setup`, `run`, `recover` or `check` was given
 */
export function fsOf(life: Life | Disk): typeof nodeFs {
  const loop = current()?.loop;
  if (loop === undefined) throw new TypeError('fsOf: this life is over; ask for its fs while it runs');
  const { fs } = createVolume(coreOf(life), {
    defer: (task, about) => void loop.defer(task, about),
    now: life.clock.now,
    isAlone: () => loop.alone,
  });
  return fs;
}

/**
 * A `node:fs` over an empty disk of its own, without any life around it, for tests that want Linux' rules and errors
 * and no real files. Nothing is cut there.
 */
export function createFs(): typeof nodeFs {
  const core = new Core(Image.empty());
  return createVolume(core, { defer: (task) => real.turn(task), now: () => Date.now() }).fs;
}
