import { describe, expect, it } from 'vitest';
import { CHRONICLES } from './testing/chronicles.ts';
import { DAMAGED } from './testing/damages.ts';
import { OTHERS } from './testing/others.ts';
import { READING } from './testing/reading.ts';

/**
 * What the engine does to the disk, in its order, and what it says. The scenarios prove that this is safe; here it is
 * written down, so that no step goes, comes or changes its place unseen: also those that a cut can't tell from none, and
 * those in stories that are too long for a proof. After a change that is meant, `-u` writes the files anew, and the
 * difference is there to be read.
 */
describe('the steps of jiggle, and what it says', () => {
  it.each([...CHRONICLES, ...DAMAGED, ...OTHERS, ...READING])(
    'in $name are those that are written down',
    async ({ name, text }) => {
      await expect(await text()).toMatchFileSnapshot(`steps/${name}.txt`);
    },
  );
});
