import { describe, expect, it } from 'vitest';
import { parseObservations } from '../conformance/observations.ts';
import { configurationOf, observationFile } from './observation-file.ts';
import type { Sightings } from './observe.ts';

describe('an observation file', () => {
  const tree = { f: { type: 'file', size: 3, content: 'a*3' } } as const;
  const sightings: Sightings = {
    points: new Map([['during1', new Map([['key', { tree, seen: 2, by: new Set(['prefix'] as const) }]])]]),
    unmountable: new Map([['1', 4]]),
    images: 3,
  };
  const script = { setup: [], ops: [{ op: 'mkdir', path: 'd' } as const] };
  const setting = { name: 'ext4', mount: 'data=writeback', mkfs: ['-m', '0'] } as const;
  const text = observationFile([{ name: 'W', script, sightings }], setting, 'ext4-writeback', 'Linux 1.2');

  it('is read by the one who holds it against models', () => {
    const [read] = parseObservations(text);
    expect(read).toMatchObject({ name: 'W', script });
    expect(read!.observed.get('ext4-writeback')).toEqual([
      { name: 'during1', at: 1, during: true, observations: [{ tree, seen: 2, by: ['prefix'] }] },
    ]);
  });

  it('says what was made, on which kernel, and what could not be mounted', () => {
    expect(JSON.parse(text)).toMatchObject({
      meta: {
        kernel: 'Linux 1.2',
        fileSystems: { 'ext4-writeback': { mkfs: '-m 0', mount: 'data=writeback' } },
      },
      workloads: { W: { unmountable: { 'ext4-writeback': { 1: 4 } } } },
    });
  });
});

describe('the name of what is observed', () => {
  it.each([
    ['ext4', '', 'ext4-ordered'],
    ['ext4', 'noauto_da_alloc', 'ext4-noauto_da_alloc'],
    ['ext4', 'noatime,data=writeback', 'ext4-writeback'],
    ['ext4', 'data=writeback,noauto_da_alloc', 'ext4-writeback-noauto_da_alloc'],
    ['ext4', 'data=journal', 'ext4-journal'],
    ['xfs', 'wsync', 'xfs'],
    ['btrfs', '', 'btrfs'],
  ] as const)('of %s with "%s" is %s', (name, mount, called) => {
    expect(configurationOf({ name, mount })).toBe(called);
  });

  it('of a way to mount that no model is about is none', () => {
    expect(configurationOf({ name: 'ext4', mount: 'data=journal,noauto_da_alloc' })).toBeUndefined();
    expect(configurationOf({ name: 'ext4', mount: 'data=other' })).toBeUndefined();
  });
});
