import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pages, parseRecipe, recipeName, replayed, type Command } from './drive.ts';

const SIZE = 5 * 4096;
/** The first content of a drive: each byte tells its place. */
const first = (page: Buffer, offset: number): void => {
  for (let i = 0; i < page.length; i++) page[i] = (offset + i) % 251;
};

const write = fc
  .record({
    offset: fc.nat({ max: SIZE - 1 }),
    length: fc.integer({ min: 1, max: 9000 }),
    byte: fc.nat({ max: 255 }),
  })
  .map(({ offset, length, byte }): Command => ({
    type: 'write',
    offset,
    bytes: Buffer.alloc(Math.min(length, SIZE - offset), byte),
  }));
const command = fc.oneof({ weight: 4, arbitrary: write }, fc.constant<Command>({ type: 'flush' }));

describe('what a drive holds after a power cut', () => {
  it('is the first content with the commands before the cut, byte by byte, without the pages that were lost', () => {
    const life = fc.record({
      commands: fc.array(command, { maxLength: 8 }),
      at: fc.nat(),
      lost: fc.array(fc.tuple(fc.nat({ max: 7 }), fc.nat({ max: 3 }))),
    });
    fc.assert(
      fc.property(life, ({ commands, at, lost }) => {
        const length = at % (commands.length + 1);
        const recipe = { length, lost: lost.map(([index, part]) => ({ index, part })) };
        const bytes = Buffer.alloc(SIZE);
        for (let page = 0; page < SIZE; page += 4096) first(bytes.subarray(page, page + 4096), page);
        for (const [index, each] of commands.slice(0, length).entries()) {
          if (each.type === 'flush') continue;
          const begin = Math.floor(each.offset / 4096);
          for (const [i, byte] of each.bytes.entries()) {
            const part = Math.floor((each.offset + i) / 4096) - begin;
            if (!lost.some(([l, p]) => l === index && p === part)) bytes[each.offset + i] = byte;
          }
        }
        const drive = replayed(commands, recipe, new Pages(first));
        expect(drive.read(0, SIZE).equals(bytes)).toBe(true);
        const from = at % (SIZE - 100);
        expect(drive.read(from, 100).equals(bytes.subarray(from, from + 100))).toBe(true);
      }),
    );
  });

  it('is not changed by what is written to a copy of it', () => {
    const commands: Command[] = [{ type: 'write', offset: 10, bytes: Buffer.from('abc') }];
    const copy = replayed(commands, { length: 1, lost: [] }, new Pages(first));
    copy.write(10, Buffer.from('xyz'));
    expect(replayed(commands, { length: 1, lost: [] }, new Pages(first)).read(10, 3).toString()).toBe('abc');
    expect(copy.read(10, 3).toString()).toBe('xyz');
  });
});

describe('the name of a recipe', () => {
  it('says all of it', () => {
    const recipe = {
      length: 12,
      lost: [
        { index: 9, part: 0 },
        { index: 11, part: 3 },
      ],
    };
    expect(recipeName(recipe)).toBe('12-9.0-11.3');
    expect(parseRecipe(recipeName(recipe))).toEqual(recipe);
  });

  it.each(['', 'live-1', '12-', '12-9', '-3', 'log'])('is not %j', (name) => {
    expect(parseRecipe(name)).toBeUndefined();
  });
});
