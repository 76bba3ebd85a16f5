import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Image } from '../image/image.ts';
import { commands, diskAfter, kinds, play, replay, tree } from '../testing/life.ts';
import { Core } from './core.ts';

describe('the journal', () => {
  it('tells all: replayed over the disk that the life began on, it gives the disk that the life saw', () => {
    fc.assert(
      fc.property(commands, commands, (before, life) => {
        const start = diskAfter(before);
        const core = new Core(start.fork());
        play(core, life);
        const replayed = replay(start, core.journal.ops);
        expect(replayed.hash).toEqual(core.image.hash);
        expect(tree(replayed)).toEqual(tree(core.image));
      }),
      { numRuns: 250 },
    );
  });

  it('tells nothing twice: without its last op that changes the tree, the replay gives another disk', () => {
    const core = new Core(Image.empty());
    core.writeFile('/a', Buffer.from('one'));
    core.rename('/a', '/b');
    const short = replay(Image.empty(), core.journal.ops.slice(0, -1));
    expect(short.hash).not.toEqual(core.image.hash);
  });

  it('numbers its ops from 1 and leaves out what failed or only looked', () => {
    const core = new Core(Image.empty());
    core.mkdir('/d');
    expect(() => core.mkdir('/d')).toThrow('EEXIST');
    core.stat('/d');
    core.readdir('/d');
    core.close(core.open('/d'));
    core.rmdir('/d');
    expect(core.journal.ops.map((op) => [op.index, op.kind])).toEqual([
      [1, 'mkdir'],
      [2, 'rmdir'],
    ]);
  });

  it('has no op for a rename between two names of one file, a write of nothing or an empty truncation', () => {
    const core = new Core(Image.empty());
    core.writeFile('/a', new Uint8Array());
    core.link('/a', '/b');
    core.rename('/a', '/b');
    core.rename('/a', '/a');
    core.truncate('/a', 0);
    core.writeFile('/a', new Uint8Array());
    expect(kinds(core)).toEqual(['create /a', 'link /a']);
  });

  it('is the same for the same life on the same disk', () => {
    fc.assert(
      fc.property(commands, commands, (before, life) => {
        const start = diskAfter(before);
        const one = new Core(start.fork());
        const two = new Core(start.fork());
        expect(play(one, life)).toEqual(play(two, life));
        expect(isDeepStrictEqual(two.journal.ops, one.journal.ops)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('shows syncs with the inode that they are about, and a write with O_SYNC as a write and its sync', () => {
    const core = new Core(Image.empty());
    const fd = core.open('/a', 0o4010101);
    core.write(fd, Buffer.from('x'), 0, 1, null);
    core.fdatasync(fd);
    const dir = core.open('/');
    core.fsync(dir);
    core.sync();
    const { ino } = core.fstat(fd);
    expect(core.journal.ops.slice(1)).toMatchObject([
      { kind: 'write', ino, offset: 0, length: 1 },
      { kind: 'osync', ino, through: 'sync', offset: 0, length: 1, changes: [] },
      { kind: 'fdatasync', ino, changes: [] },
      { kind: 'fsync', path: '/', ino: 1, changes: [] },
      { kind: 'sync', ino: 0, changes: [] },
    ]);
  });
});

describe('what a write changes', () => {
  it('is the size as far as each page raises it, then the page', () => {
    const core = new Core(Image.empty());
    const fd = core.open('/a', 0o102);
    core.write(fd, Buffer.alloc(5000, 1), 0, 5000, 0);
    core.write(fd, Buffer.alloc(10, 2), 0, 10, 4090);
    core.write(fd, Buffer.alloc(1, 3), 0, 1, 9000);
    const seen = core.journal.ops.slice(1).map((op) =>
      op.changes.map((change) => {
        if (change.type === 'grow') return `grow ${change.size}`;
        if (change.type === 'page') return `page ${change.index}: ${change.page?.bytes.length ?? 0}`;
        return change.type;
      }),
    );
    expect(seen).toEqual([
      ['grow 4096', 'page 0: 4096', 'grow 5000', 'page 1: 904'],
      ['page 0: 4096', 'page 1: 904'],
      ['grow 9001', 'page 2: 809'],
    ]);
  });
});

describe('composites are what the kernel sees', () => {
  it('mkdir -p is one op per directory that was missing', () => {
    const core = new Core(Image.empty());
    core.mkdir('/a');
    expect(core.mkdirp('/a/b/c')).toBe('/a/b');
    expect(kinds(core)).toEqual(['mkdir /a', 'mkdir /a/b', 'mkdir /a/b/c']);
  });

  it('rm -r is one op per name, children before their directory', () => {
    const core = new Core(Image.empty());
    core.mkdirp('/a/b');
    core.symlink('/a', '/a/l');
    core.writeFile('/a/b/f', Buffer.from('x'));
    const before = core.journal.length;
    core.rm('/a', { recursive: true });
    expect(kinds(core).slice(before)).toEqual(['unlink /a/b/f', 'rmdir /a/b', 'unlink /a/l', 'rmdir /a']);
  });

  it('writeFile over a file is a truncation, a write per half MiB, and a sync if asked for', () => {
    const core = new Core(Image.empty());
    core.writeFile('/f', Buffer.from('old'));
    const before = core.journal.length;
    core.writeFile('/f', Buffer.alloc(600_000, 7), { flush: true });
    expect(core.journal.ops.slice(before)).toMatchObject([
      { kind: 'truncate', offset: 0 },
      { kind: 'write', offset: 0, length: 524_288 },
      { kind: 'write', offset: 524_288, length: 75_712 },
      { kind: 'fsync' },
    ]);
  });

  it('copyFile creates, gives the mode, and writes', () => {
    const core = new Core(Image.empty());
    core.writeFile('/f', Buffer.from('data'), { mode: 0o600 });
    const before = core.journal.length;
    core.copyFile('/f', '/g');
    expect(kinds(core).slice(before)).toEqual(['create /g', 'chmod /g', 'write /g']);
  });
});
