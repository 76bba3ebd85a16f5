import { expect, it } from 'vitest';
import { findModel } from '../models.ts';
import { bootDisk, lifeOf, type Step } from '../testing/steps.ts';
import { walk } from '../testing/walk.ts';

const write = (path: string, byte: number): Step => ({
  call: 'write',
  path,
  flags: 1,
  data: { byte, offset: 0, length: 4096 },
});
const boot = bootDisk([{ call: 'create', path: '/old' }, write('/old', 0x6f)]);

/** Whether the old file, should it be there, may hold the data of one that was removed before it. */
function mayHold(...steps: readonly Step[]): boolean {
  const all: readonly Step[] = [
    { call: 'create', path: '/new' },
    write('/new', 0x6e),
    ...steps,
    { call: 'unlink', path: '/new' },
    { call: 'unlink', path: '/old' },
  ];
  const { texts } = walk(findModel('ext4-writeback')!, lifeOf(all, boot)).at(-1)!;
  return [...texts].some((text) => text.includes('/old file 644 4096 [6ex4096]'));
}

it('data of a file that is gone from memory wants no block any more', () => {
  expect(mayHold()).toBe(false);
});

it('that of one that is still open does, and may get the block of a file that is removed later', () => {
  expect(mayHold({ call: 'hold', path: '/new' })).toBe(true);
});
