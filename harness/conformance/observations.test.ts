import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeJson, TreeJson } from '../disk/tree-json.ts';
import { ObservationError, parseObservations } from './observations.ts';
import { contentKey, treeKey } from './tree-key.ts';

const workload = (change: object): string =>
  JSON.stringify({
    workloads: {
      W: {
        description: 'a link',
        ops: [{ op: 'symlink', target: 't', path: 's' }],
        observed: { xfs: { 0: [{ tree: {}, seen: 1, by: ['x'] }] } },
        ...change,
      },
    },
  });

describe('an observation file', () => {
  it('is read with all its workloads, file systems and crash points', () => {
    const [read] = parseObservations(workload({}));
    expect(read).toMatchObject({ name: 'W', description: 'a link', script: { setup: [] } });
    expect(read!.observed.get('xfs')).toMatchObject([{ name: '0', at: 0, during: false }]);
  });

  const mistakes: readonly (readonly [what: string, text: string, message: RegExp])[] = [
    ['no JSON', '{', /^it is no JSON: /],
    ['no workloads', '{}', /^workloads: /],
    [
      'an unknown op',
      workload({ ops: [{ op: 'punch', path: 's' }] }),
      /^workloads\.W\.ops\[0\]\.op: an op must be/,
    ],
    [
      'a field that an op has not',
      workload({ ops: [{ op: 'mkdir', path: 's', mode: 7 }] }),
      /ops\[0\]: .*mode/,
    ],
    [
      'unknown flags',
      workload({ ops: [{ op: 'open', fd: 'h', path: 'f', flags: 'O_DIRECT' }] }),
      /flags must be/,
    ],
    [
      'an unknown file system',
      workload({ observed: { zfs: {} } }),
      /observed: unknown file system "zfs"; it must/,
    ],
    [
      'a crash point beyond the end',
      workload({ observed: { xfs: { 2: [] } } }),
      /xfs: unknown crash point "2"/,
    ],
    ['a cut during no op', workload({ observed: { xfs: { during0: [] } } }), /unknown crash point "during0"/],
    [
      'a content that is none',
      workload({ observed: { xfs: { 0: [{ tree: { f: { type: 'file', size: 1, content: 'n1' } } }] } } }),
      /observed\.xfs\.0\[0\]\.tree\.f\.content: it must be run lengths/,
    ],
  ];
  it.each(mistakes)('with %s is refused in one line, with the place', (_, text, message) => {
    expect(() => parseObservations(text)).toThrow(ObservationError);
    expect(() => parseObservations(text)).toThrow(message);
  });
});

const content = fc
  .array(fc.tuple(fc.constantFrom('0', 'n', 'o'), fc.integer({ min: 1, max: 9 })), { maxLength: 5 })
  .map((runs) => runs.map(([char, length]) => `${char}*${length}`).join(' '));
const node: fc.Arbitrary<NodeJson> = fc.oneof(
  content.map((text): NodeJson => ({ type: 'file', size: bytes(text).length, content: text })),
  fc.constant<NodeJson>({ type: 'dir' }),
  fc.constantFrom('t', 'u').map((target): NodeJson => ({ type: 'symlink', target })),
);
const tree: fc.Arbitrary<TreeJson> = fc.dictionary(fc.constantFrom('a', 'b', 'c'), node);

function bytes(text: string): string {
  const runs = text.split(' ').filter(Boolean);
  return runs.map((run) => run[0]!.repeat(Number(run.slice(2)))).join('');
}

describe('the key of a tree', () => {
  it('is the same for two contents if and only if their bytes are, however they are cut into runs', () => {
    fc.assert(
      fc.property(content, content, (left, right) => {
        expect(contentKey(left) === contentKey(right)).toBe(bytes(left) === bytes(right));
      }),
    );
  });

  it('does not depend on the order of the paths', () => {
    fc.assert(
      fc.property(tree, (each) => {
        expect(treeKey(Object.fromEntries(Object.entries(each).reverse()))).toBe(treeKey(each));
      }),
    );
  });

  it('tells which names share an inode, whichever of them the file names', () => {
    const file = { type: 'file', size: 0, content: '', nlink: 2 } as const;
    const linked = (first: string): TreeJson => ({
      a: { ...file, sameInodeAs: first },
      b: { ...file, sameInodeAs: first },
    });
    expect(treeKey(linked('a'))).toBe(treeKey(linked('b')));
    expect(treeKey(linked('a'))).not.toBe(treeKey({ a: file, b: file }));
  });
});
