import { dir, fifo, file, hardlink, memoryTree, symlink } from '../client/memory-tree.ts';

/** One client on five days, with every kind of entry that a memory tree has, changing or not. */
export const versions = [1, 2, 3, 4, 5].map((version) =>
  memoryTree({
    '/': dir(),
    '/changes': file(`version ${version}\n${'the same line\n'.repeat(50)}`, { mtime: version, mode: 0o640 }),
    '/d': dir({ mtime: version, mode: 0o750 }),
    '/d/stays': file('as ever', { mtime: 1 }),
    '/empty': file('', { mtime: 1 }),
    '/pipe': fifo(),
    '/second': hardlink('/d/stays'),
    '/to': symlink(`version ${version}`),
    ...(version % 2 ? { '/odd': file(`odd ${version}`, { mtime: version }) } : {}),
  }),
);
