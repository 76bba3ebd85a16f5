import * as fc from 'fast-check';
import type * as nodeFs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Core } from '../core/core.ts';
import { Image } from '../image/image.ts';
import { command } from '../testing/commands.ts';
import { newSubject, runCommand } from '../testing/run-command.ts';
import { nodeDisk, simulatedDisk } from '../testing/sync-disk.ts';
import { treeText } from '../testing/tree-text.ts';
import { createVolume } from './volume.ts';

/** The core was compared with a real disk; this is the way from there to all of `node:fs`. */
describe('the volume', () => {
  const volume = createVolume(new Core(Image.empty()));
  const disk = nodeDisk(volume.fs as unknown as typeof nodeFs);

  it('adds nothing to the core and takes nothing away: random commands, by way of memfs and directly', () => {
    fc.assert(
      fc.property(fc.array(command, { minLength: 1, maxLength: 120, size: 'max' }), (commands) => {
        const direct = new Core(Image.empty());
        const mounted = new Core(Image.empty());
        for (const core of [direct, mounted]) core.mkdir('/r');
        volume.mount(mounted);
        const expected = newSubject(simulatedDisk(direct), '/r');
        const actual = newSubject(disk, '/r');
        for (const step of commands) {
          const [got, wanted] = [runCommand(actual, step), runCommand(expected, step)];
          if (got !== wanted) expect.fail(`${JSON.stringify(step)}: ${got}, not ${wanted}`);
        }
        expect(treeText(disk, '/')).toEqual(treeText(expected.disk, '/'));
        expect(mounted.journal.ops).toEqual(direct.journal.ops);
      }),
      { numRuns: 300 },
    );
  });
});
