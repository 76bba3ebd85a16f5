import { describe, expect, it } from 'vitest';
import { O_SYNC, O_WRONLY } from '../disk/core/constants.ts';
import { exhaustively } from './choices.ts';
import { chooseSurvival, crashState } from './survival.ts';
import { imageText } from '../disk/image/testing/describe.ts';
import { posix } from './models/posix.ts';
import { sequential } from './models/sequential.ts';
import { bootDisk, lifeOf, type Step } from './testing/steps.ts';
import { graphAt, walk } from './testing/walk.ts';

const write = (path: string, byte: number, offset: number, length: number): Step => {
  return { call: 'write', path, flags: 1, data: { byte, offset, length } };
};
const file = (path: string, byte: number, length: number): readonly Step[] => {
  return [{ call: 'create', path }, write(path, byte, 0, length)];
};
const fsync = (path: string): Step => ({ call: 'fsync', path });
const rename = (path: string, to: string): Step => ({ call: 'rename', path, to });

/** What is known to surprise, with the disk to begin with, the program, and the surprise. */
interface Litmus {
  readonly boot?: readonly Step[];
  readonly program: readonly Step[];
  readonly surprise: (tree: string) => boolean;
  /** Whether posix allows it; sequential forbids them all. */
  readonly posix: boolean;
}

const twoFiles = [...file('/f', 0x30, 1), ...file('/g', 0x30, 1)];
const replaced = [...file('/tmp', 0x6e, 10), rename('/tmp', '/file')];
const replacedSynced = [...file('/tmp', 0x6e, 10), fsync('/tmp'), rename('/tmp', '/file')];
const neither = (tree: string): boolean => !/^\/file file 644 10 \[(6e|6f)x10\]$/m.test(tree);
const torn = (tree: string): boolean =>
  /^\/file/m.test(tree) && !/^\/file file 644 10 \[6ex10\]$/m.test(tree);

const litmus: Readonly<Record<string, Litmus>> = {
  'an append that is no prefix of itself': {
    boot: file('/f', 0x61, 2500),
    program: [write('/f', 0x62, 2500, 2500)],
    surprise: (tree) => !/\[61x2500( 62x\d+)?\]$/m.test(tree) || /f file 644 5000 \[61x2500\]/.test(tree),
    posix: true,
  },
  'a second page before the first': {
    boot: file('/f', 0x30, 40_960),
    program: [write('/f', 0x31, 40_959, 1), write('/f', 0x31, 0, 1)],
    surprise: (tree) => tree.includes('[31x1 30x40959]'),
    posix: true,
  },
  'a second file before the first': {
    boot: twoFiles,
    program: [write('/f', 0x31, 0, 1), write('/g', 0x31, 0, 1)],
    surprise: (tree) => /f file 644 1 \[30x1\]\n\/g file 644 1 \[31x1\]/.test(tree),
    posix: true,
  },
  'a second file, synced, before the first': {
    boot: twoFiles,
    program: [write('/f', 0x31, 0, 1), write('/g', 0x31, 0, 1), fsync('/g')],
    surprise: (tree) => /f file 644 1 \[30x1\]\n\/g file 644 1 \[31x1\]/.test(tree),
    posix: true,
  },
  'a second file before the first, which was synced in between': {
    boot: twoFiles,
    program: [write('/f', 0x31, 0, 1), fsync('/f'), write('/g', 0x31, 0, 1)],
    surprise: (tree) => /f file 644 1 \[30x1\]\n\/g file 644 1 \[31x1\]/.test(tree),
    posix: false,
  },
  'a later name in a directory before an earlier one': {
    program: [
      { call: 'mkdir', path: '/a' },
      { call: 'mkdir', path: '/b' },
    ],
    surprise: (tree) => tree.includes('/b') && !tree.includes('/a'),
    posix: true,
  },
  'a replaced file that is neither old nor new': {
    boot: file('/file', 0x6f, 10),
    program: replaced,
    surprise: neither,
    posix: true,
  },
  'the same after an fsync of the new one': {
    boot: file('/file', 0x6f, 10),
    program: replacedSynced,
    surprise: neither,
    posix: false,
  },
  'a renamed new file without its data': {
    program: replaced,
    surprise: torn,
    posix: true,
  },
  'the same after an fsync of the file': {
    program: replacedSynced,
    surprise: torn,
    posix: false,
  },
};

/** Those that ask what is there when the program has come to its end. */
const litmusAtEnd: Readonly<Record<string, Litmus>> = {
  'a synced write that is not there': {
    boot: [{ call: 'create', path: '/f' }],
    program: [write('/f', 0x31, 0, 10), fsync('/f')],
    surprise: (tree) => !tree.includes('/f file 644 10 [31x10]'),
    posix: false,
  },
  'a synced file without its name': {
    program: [...file('/f', 0x31, 10), fsync('/f')],
    surprise: (tree) => !tree.includes('/f'),
    posix: true,
  },
  'a file moved into a new directory that is synced, in neither place': {
    boot: file('/n', 0x6e, 10),
    program: [{ call: 'mkdir', path: '/data' }, rename('/n', '/data/n'), fsync('/data')],
    surprise: (tree) => !tree.includes('/n file'),
    posix: true,
  },
  'the same with the new directory made durable first': {
    boot: file('/n', 0x6e, 10),
    program: [{ call: 'mkdir', path: '/data' }, fsync('/'), rename('/n', '/data/n'), fsync('/data')],
    surprise: (tree) => !tree.includes('/n file'),
    posix: false,
  },
  'a mode that fdatasync leaves out': {
    boot: file('/f', 0x6f, 10),
    program: [
      { call: 'chmod', path: '/f', mode: 0o600 },
      { call: 'fdatasync', path: '/f' },
    ],
    surprise: (tree) => !tree.includes('/f file 600'),
    posix: true,
  },
  'the same after an fsync': {
    boot: file('/f', 0x6f, 10),
    program: [{ call: 'chmod', path: '/f', mode: 0o600 }, fsync('/f')],
    surprise: (tree) => !tree.includes('/f file 600'),
    posix: false,
  },
  'an old page that comes back over one written through': {
    boot: file('/f', 0x6f, 10),
    program: [write('/f', 0x61, 0, 10), { ...write('/f', 0x62, 0, 10), flags: O_WRONLY | O_SYNC } as Step],
    surprise: (tree) => !tree.includes('/f file 644 10 [62x10]'),
    posix: false,
  },
  'a removed file that comes back through a name that was used again': {
    boot: file('/f', 0x6f, 10),
    program: [{ call: 'unlink', path: '/f' }, ...file('/f', 0x6e, 10), fsync('/f'), fsync('/')],
    surprise: (tree) => !tree.includes('/f file 644 10 [6ex10]'),
    posix: false,
  },
};

describe.each([sequential, posix])('litmus tests under $name', (model) => {
  const shows = ({ boot = [], program, surprise }: Litmus, end: boolean): boolean => {
    const life = lifeOf(program, bootDisk(boot));
    const sights = walk(model, life);
    // The same once more from the durable image, which the survivals of a life only come back to now and then.
    const graph = graphAt(model, life, life.ops.length);
    const last = new Set<string>();
    exhaustively((choices) => {
      last.add(imageText(crashState(graph, chooseSurvival(graph, choices))));
    });
    const seen = [...sights.slice(end ? -1 : 0).map(({ texts }) => texts), last];
    return seen.some((texts) => [...texts].some(surprise));
  };

  it.each(Object.entries(litmus))('%s', (_, each) => {
    expect(shows(each, false)).toBe(model === posix && each.posix);
  });

  it.each(Object.entries(litmusAtEnd))('at the end: %s', (_, each) => {
    expect(shows(each, true)).toBe(model === posix && each.posix);
  });
});
