import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Core } from '../core/core.ts';
import { Image } from '../image/image.ts';
import { command } from '../testing/commands.ts';
import { newSubject, runCommand } from '../testing/run-command.ts';
import { nodeDisk, simulatedDisk } from '../testing/sync-disk.ts';
import { createTestVolume } from '../testing/volume.ts';
import { treeText } from '../testing/tree-text.ts';

/** The core was compared with a real disk; this is the way from there to all of `node:fs`. */
describe('the volume', () => {
  it('adds nothing to the core and takes nothing away: random commands, by way of node:fs and directly', () => {
    fc.assert(
      fc.property(fc.array(command, { minLength: 1, maxLength: 120, size: 'max' }), (commands) => {
        const direct = new Core(Image.empty());
        const mounted = new Core(Image.empty());
        for (const core of [direct, mounted]) core.mkdir('/r');
        const disk = nodeDisk(createTestVolume(mounted).fs);
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
