import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change } from '../journal.ts';
import { Image } from './image.ts';
import { makePage } from './page.ts';
import { hashText, imageText } from './testing/describe.ts';
import { NaiveDisk } from './testing/naive-disk.ts';
import { ROOT_INO, type Inode } from './types.ts';

const LONG = process.env['BLACKOUT_LONG'] === '1';
const RUNS = LONG ? 30_000 : 600;

const file: Inode = { kind: 'file', mode: 0o644, size: 0, pages: [], names: [] };
const directory: Inode = {
  kind: 'dir',
  mode: 0o755,
  names: [],
  entries: { size: 0, get: () => undefined, sorted: () => [] },
};
const symlink = (target: string): Inode => ({ kind: 'symlink', mode: 0o777, target, names: [] });

/** The inodes of the random disks, by number; the root is 1. */
const INODES: ReadonlyMap<number, Inode> = new Map([
  ...([2, 3, 4].map((ino) => [ino, directory]) as [number, Inode][]),
  ...([5, 6, 7].map((ino) => [ino, file]) as [number, Inode][]),
  ...([
    [8, symlink('a')],
    [9, symlink('b')],
    [10, symlink('a')],
  ] as [number, Inode][]),
]);

const dir = fc.constantFrom(ROOT_INO, ROOT_INO, 2, 3, 4);
const fileIno = fc.constantFrom(5, 6, 7);
const page = fc.constantFrom(null, 'x', 'y', 'long').map((text) => {
  if (text === null) return null;
  return makePage(new Uint8Array(text === 'long' ? 4096 : 10).fill(text.codePointAt(0)!));
});
const size = fc.constantFrom(0, 5, 10, 4096, 4100, 8192, 9000);

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('entry' as const),
      dir,
      name: fc.constantFrom('a', 'b', 'c'),
      ino: fc.constantFrom(0, 0, 2, 3, 4, 5, 5, 6, 6, 7, 8, 9, 10),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('page' as const),
      ino: fileIno,
      index: fc.constantFrom(0, 1, 2),
      page,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constantFrom('grow' as const, 'truncate' as const), ino: fileIno, size }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('truncate' as const),
      ino: fileIno,
      size,
      tail: fc.constant(true as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('mode' as const),
      ino: fc.constantFrom(ROOT_INO, 2, 3, 5, 6),
      mode: fc.constantFrom(0o644, 0o755),
    }),
  },
);

const changes = fc.array(change, { minLength: 5, maxLength: 30, size: 'max' });

function disks(): { image: Image; naive: NaiveDisk } {
  const [image, naive] = [Image.empty(), new NaiveDisk()];
  for (const [ino, inode] of INODES) {
    image.add(ino, inode);
    naive.add(ino, inode);
  }
  return { image, naive };
}

function applyAll(image: Image, all: readonly Change[]): Image {
  for (const each of all) image.apply(each);
  return image;
}

/** The same change on a disk whose inodes have other numbers. */
function renumber(each: Change, number: (ino: number) => number): Change {
  return each.type === 'entry'
    ? { ...each, dir: number(each.dir), ino: number(each.ino) }
    : { ...each, ino: number(each.ino) };
}

describe('the image', () => {
  it('is, after any changes, what a disk of plain maps is', () => {
    fc.assert(
      fc.property(changes, (all) => {
        const { image, naive } = disks();
        for (const each of all) {
          image.apply(each);
          naive.apply(each);
          expect(imageText(image)).toBe(naive.text());
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('has the same hash if and only if it has the same tree, whatever came before', () => {
    // One table for all runs: every disk is compared with every other that was ever made.
    const byHash = new Map<string, string>();
    const byText = new Map<string, string>();
    let met = 0;
    fc.assert(
      fc.property(changes, (all) => {
        const { image } = disks();
        for (const each of all) {
          image.apply(each);
          const [hash, text] = [hashText(image), imageText(image)];
          if (byText.has(text)) met++;
          expect(byText.get(text) ?? hash, text).toBe(hash);
          expect(byHash.get(hash) ?? text).toBe(text);
          byText.set(text, hash);
          byHash.set(hash, text);
        }
      }),
      { numRuns: RUNS },
    );
    expect(met).toBeGreaterThan(RUNS);
  });

  it('is the same whether changes are applied one by one or all at once', () => {
    const ofData = change.filter(({ type }) => type === 'page' || type === 'grow');
    const lists = fc.array(fc.oneof(changes, fc.array(ofData, { minLength: 4, maxLength: 12 })), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(lists, (all) => {
        const together = disks().image;
        const naive = disks().naive;
        for (const list of all) {
          together.applyAll(list);
          for (const each of list) naive.apply(each);
          expect(imageText(together)).toBe(naive.text());
          expect(hashText(together)).toBe(
            hashText(applyAll(disks().image, all.slice(0, all.indexOf(list) + 1).flat())),
          );
        }
        const alone = applyAll(disks().image, all.flat());
        for (const each of [together, alone]) {
          each.seal();
          for (const ino of [5, 6, 7]) each.apply({ type: 'grow', ino, size: 12_288 });
        }
        expect(imageText(together)).toBe(imageText(alone));
      }),
      { numRuns: RUNS },
    );
  });

  it('has the same hash with other inode numbers', () => {
    const numbers = fc.shuffledSubarray([...INODES.keys()], { minLength: INODES.size });
    fc.assert(
      fc.property(changes, numbers, (all, order) => {
        const old = [...INODES.keys()];
        const number = (ino: number): number => (ino <= ROOT_INO ? ino : 20 + 37 * order.indexOf(ino));
        const other = Image.empty();
        for (const ino of old) other.add(number(ino), INODES.get(ino)!);
        applyAll(
          other,
          all.map((each) => renumber(each, number)),
        );
        expect(hashText(other)).toBe(hashText(applyAll(disks().image, all)));
      }),
      { numRuns: RUNS / 3 },
    );
  });

  it('has the same hash when its tree is built anew, in another order', () => {
    fc.assert(
      fc.property(changes, fc.infiniteStream(fc.nat()), (all, dice) => {
        const built = applyAll(disks().image, all);
        const copy = Image.empty();
        const steps: Change[] = [];
        const visit = (ino: number): void => {
          const inode = built.inode(ino)!;
          if (copy.inode(ino) === undefined) copy.add(ino, { ...inode, names: [] });
          steps.push({ type: 'mode', ino, mode: inode.mode });
          if (inode.kind !== 'dir') return;
          for (const [name, child] of inode.entries.sorted()) {
            steps.push({ type: 'entry', dir: ino, name, ino: child });
            visit(child);
          }
        };
        visit(ROOT_INO);
        // Subtrees are put together before they are put in their place, or after.
        while (steps.length > 0) copy.apply(steps.splice(dice.next().value % steps.length, 1)[0]!);
        copy.seal();
        expect(imageText(copy)).toBe(imageText(built));
        expect(hashText(copy)).toBe(hashText(built));
      }),
      { numRuns: RUNS / 3 },
    );
  });

  it('is not changed by what happens to its forks, nor they by what happens to it', () => {
    fc.assert(
      fc.property(changes, changes, changes, (before, here, there) => {
        const { image } = disks();
        applyAll(image, before);
        const [left, right] = [image.fork(), image.fork()];
        const [text, hash] = [imageText(image), hashText(image)];
        for (let i = 0; i < Math.max(here.length, there.length); i++) {
          if (here[i]) left.apply(here[i]!);
          if (there[i]) right.fork().apply(there[i]!);
          if (there[i]) right.apply(there[i]!);
        }
        left.seal();
        expect([imageText(image), hashText(image)]).toEqual([text, hash]);
        expect(imageText(right)).toBe(imageText(applyAll(disks().image, [...before, ...there])));
        applyAll(image, there);
        expect(hashText(image)).toBe(hashText(right));
        expect(imageText(left)).toBe(imageText(applyAll(disks().image, [...before, ...here])));
      }),
      { numRuns: RUNS / 3 },
    );
  });

  it('shows no data from before a mount, whatever is done to it afterwards', () => {
    fc.assert(
      fc.property(changes, changes, (before, after) => {
        const { image, naive } = disks();
        for (const each of before) {
          image.apply(each);
          naive.apply(each);
        }
        const [text, hash] = [imageText(image), hashText(image)];
        image.seal();
        naive.seal();
        expect([imageText(image), hashText(image)]).toEqual([text, hash]);
        for (const each of after) {
          image.apply(each);
          naive.apply(each);
          expect(imageText(image)).toBe(naive.text());
        }
      }),
      { numRuns: RUNS / 2 },
    );
  });

  it('counts the links that paths lead to', () => {
    fc.assert(
      fc.property(changes, (all) => {
        const image = applyAll(disks().image, all);
        const links = new Map<number, number>();
        const visit = (ino: number): void => {
          const inode = image.inode(ino)!;
          if (inode.kind !== 'dir') return;
          for (const [, child] of inode.entries.sorted()) {
            links.set(child, (links.get(child) ?? 0) + 1);
            visit(child);
          }
        };
        visit(ROOT_INO);
        for (const [ino, { kind }] of INODES) {
          expect(image.attached(ino)).toBe(links.has(ino));
          // Of what no path leads to, nobody asks.
          if (kind !== 'dir' && links.has(ino)) expect(image.links(ino)).toBe(links.get(ino));
        }
      }),
      { numRuns: RUNS / 3 },
    );
  });
});

describe('two disks that a program can tell apart', () => {
  const entry = (name: string, ino: number, at = ROOT_INO): Change => ({ type: 'entry', dir: at, name, ino });
  const text = (letter: string, length = 10): ReturnType<typeof makePage> =>
    makePage(new Uint8Array(length).fill(letter.codePointAt(0)!));
  const data = (ino: number, letter: string, index = 0): Change[] => [
    { type: 'grow', ino, size: (index + 1) * 4096 },
    { type: 'page', ino, index, page: text(letter) },
  ];
  const pairs: Readonly<Record<string, readonly [readonly Change[], readonly Change[]]>> = {
    'by which names are one file': [
      [entry('a', 5), entry('b', 5), entry('c', 6), entry('d', 6)],
      [entry('a', 5), entry('c', 5), entry('b', 6), entry('d', 6)],
    ],
    'by a hard link or a copy': [
      [entry('a', 5), entry('b', 5)],
      [entry('a', 5), entry('b', 6)],
    ],
    'by links across directories': [
      [entry('d', 2), entry('e', 3), entry('x', 5, 2), entry('x', 5, 3), entry('y', 6, 2), entry('y', 6, 3)],
      [entry('d', 2), entry('e', 3), entry('x', 5, 2), entry('x', 6, 3), entry('y', 6, 2), entry('y', 5, 3)],
    ],
    'by whose contents are whose': [
      [entry('a', 5), entry('b', 6), ...data(5, 'x'), ...data(6, 'y')],
      [entry('a', 5), entry('b', 6), ...data(5, 'y'), ...data(6, 'x')],
    ],
    'by the order of two pages': [
      [entry('a', 5), ...data(5, 'x', 0), ...data(5, 'y', 1)],
      [entry('a', 5), ...data(5, 'y', 0), ...data(5, 'x', 1)],
    ],
    'by a size whose last bytes are zeros': [
      [entry('a', 5), { type: 'grow', ino: 5, size: 1 }],
      [entry('a', 5), { type: 'grow', ino: 5, size: 2 }],
    ],
    'by a mode': [[entry('a', 5)], [entry('a', 5), { type: 'mode', ino: 5, mode: 0o600 }]],
    'by the mode of the root': [[], [{ type: 'mode', ino: ROOT_INO, mode: 0o700 }]],
    'by a target': [[entry('a', 8)], [entry('a', 9)]],
    'by a kind': [[entry('a', 2)], [entry('a', 5)]],
    'by where a name is': [
      [entry('d', 2), entry('e', 3), entry('a', 5, 2)],
      [entry('d', 2), entry('e', 3), entry('a', 5, 3)],
    ],
    'by names that swap files': [
      [entry('a', 5), entry('b', 2)],
      [entry('b', 5), entry('a', 2)],
    ],
  };

  it.each(Object.entries(pairs))('differ %s', (_, [left, right]) => {
    const [one, other] = [applyAll(disks().image, left), applyAll(disks().image, right)];
    expect(imageText(one)).not.toBe(imageText(other));
    expect(hashText(one)).not.toBe(hashText(other));
  });

  it('differ by a size of 4 GiB more', () => {
    const sized = (size: number): string =>
      hashText(applyAll(disks().image, [entry('a', 5), { type: 'grow', ino: 5, size }]));
    expect(sized(2 ** 32 + 7)).not.toBe(sized(7));
  });

  it('but not by zeros or a hole, nor by what no path leads to, nor by data beyond the size', () => {
    const plain: readonly Change[] = [entry('a', 5), { type: 'grow', ino: 5, size: 8192 }];
    const same: readonly (readonly Change[])[] = [
      [...plain, { type: 'page', ino: 5, index: 1, page: makePage(new Uint8Array(4096)) }],
      [
        ...plain,
        { type: 'page', ino: 5, index: 0, page: text('x') },
        { type: 'page', ino: 5, index: 0, page: null },
      ],
      [...plain, { type: 'page', ino: 5, index: 2, page: text('x') }],
      [...plain, entry('b', 6), entry('b', 0)],
      [...plain, entry('x', 6, 2), entry('y', 6, 2), { type: 'mode', ino: 2, mode: 0o700 }],
      [...plain, entry('d', 2), entry('x', 5, 2), entry('d', 0)],
    ];
    const hash = hashText(applyAll(disks().image, plain));
    for (const all of same) expect(hashText(applyAll(disks().image, all))).toBe(hash);
  });
});
