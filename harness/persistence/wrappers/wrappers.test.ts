import { describe, expect, it } from 'vitest';
import { findModel } from '../models.ts';
import { bootDisk, lifeOf, type Step } from '../testing/steps.ts';
import { walk } from '../testing/walk.ts';

const write = (byte: number, offset: number, length: number): Step => {
  return { call: 'write', path: '/f', flags: 1, data: { byte, offset, length } };
};
const old = bootDisk([{ call: 'create', path: '/f' }, write(0x6f, 0, 4096)]);
const texts = (model: string, steps: readonly Step[]): ReadonlySet<string> =>
  walk(findModel(model)!, lifeOf(steps, old)).at(-1)!.texts;

describe('torn pages', () => {
  const overwrite = [write(0x6e, 0, 1024)];

  it('may have the second of two new sectors, and not the first', () => {
    const torn = [...texts('posix+tears', overwrite)].filter((text) =>
      text.includes('[6fx512 6ex512 6fx3072]'),
    );
    expect(torn).toHaveLength(1);
  });

  it('are not there without the wrapper, nor where a page is never overwritten in place', () => {
    expect(texts('posix', overwrite).size).toBe(2);
    expect(texts('posix+tears', overwrite).size).toBe(4);
    expect(texts('btrfs+tears', overwrite).size).toBe(2);
  });

  it('end at a sector that the write does not touch', () => {
    expect(texts('posix+tears', [write(0x6e, 600, 10)]).size).toBe(2);
  });
});

describe('a drive that lies', () => {
  const synced: readonly Step[] = [write(0x6e, 0, 10), { call: 'fsync', path: '/f' }, { call: 'sync' }];

  it('may have lost what was synced', () => {
    expect(texts('ext4', synced).size).toBe(1);
    expect(texts('ext4+lying', synced).size).toBe(2);
  });

  it('still keeps the order that the file system keeps', () => {
    const names: readonly Step[] = [
      { call: 'mkdir', path: '/a' },
      { call: 'sync' },
      { call: 'mkdir', path: '/b' },
    ];
    const seen = [...texts('ext4+lying', names)];
    expect(seen).toHaveLength(3);
    expect(seen.filter((text) => text.includes('/b') && !text.includes('/a'))).toEqual([]);
  });
});

describe('a name with what is around a model', () => {
  it('is found in any order, and not with something twice or unknown', () => {
    expect(findModel('posix+tears+lying')?.rules.at(-1)).toContain('nothing durable');
    expect(findModel('posix+lying+tears')?.name).toBe('posix+lying+tears');
    for (const name of ['posix+tears+tears', 'posix+magic', '+tears', 'posix+']) {
      expect(findModel(name)).toBeUndefined();
    }
  });
});

describe('a torn page', () => {
  const write = (path: string, byte: number, length: number): Step => ({
    call: 'write',
    path,
    flags: 1,
    data: { byte, offset: 0, length },
  });
  const boot = bootDisk([{ call: 'create', path: '/f' }, write('/f', 0x6f, 12288)]);
  const textsAfter = (model: string, ...steps: readonly Step[]): readonly string[] => [
    ...walk(findModel(model)!, lifeOf(steps, boot)).at(-1)!.texts,
  ];

  it('that may land in a freed block is not made durable there by a sync of the file that had it', () => {
    const steps: readonly Step[] = [
      { call: 'truncate', path: '/f', size: 4096 },
      { call: 'create', path: '/a' },
      write('/a', 0x6e, 4096),
      { call: 'fsync', path: '/f' },
      { call: 'truncate', path: '/f', size: 12288 },
      { call: 'sync' },
    ];
    const whole = textsAfter('ext4-writeback', ...steps);
    expect(whole).toEqual(['/ dir 755\n/a file 644 4096 [6ex4096]\n/f file 644 12288 [6fx4096]']);
    expect(textsAfter('ext4-writeback+tears', ...steps)).toEqual(whole);
  });

  it('is there in all its sectors where a size needs it', () => {
    const steps: readonly Step[] = [{ call: 'truncate', path: '/f', size: 1000 }, { call: 'sync' }];
    const sized = textsAfter('xfs+tears', ...steps, write('/f', 0x6e, 4096)).filter((text) =>
      text.includes('644 4096'),
    );
    expect(sized).toEqual(['/ dir 755\n/f file 644 4096 [6ex4096]']);
  });
});
