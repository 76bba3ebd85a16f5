import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PowerCut } from '../errors.ts';
import { Image } from '../image/image.ts';
import type { Op } from '../journal.ts';
import { type Command, command } from '../testing/commands.ts';
import { newSubject, runCommand } from '../testing/run-command.ts';
import { simulatedDisk } from '../testing/sync-disk.ts';
import { treeText } from '../testing/tree-text.ts';
import { Core } from './core.ts';

const commands = fc.array(command, { minLength: 1, maxLength: 60, size: 'max' });

/** Some disk to start from: what a life of these commands left, with no descriptor open. */
function diskAfter(life: readonly Command[]): Image {
  const core = new Core(Image.empty());
  core.mkdir('/r');
  play(core, life);
  return core.image.fork();
}

/** Runs the commands, up to a power cut if there is one. */
function play(core: Core, life: readonly Command[]): string[] {
  const subject = newSubject(simulatedDisk(core), '/r');
  const answers: string[] = [];
  try {
    for (const step of life) answers.push(runCommand(subject, step));
  } catch (error) {
    if (!(error instanceof PowerCut)) throw error;
  }
  return answers;
}

/** Applies what the journal says, and nothing else. */
function replay(image: Image, ops: readonly Op[]): Image {
  for (const op of ops) {
    if (op.birth !== undefined) image.add(op.birth.ino, op.birth.inode);
    for (const change of op.changes) image.apply(change);
  }
  return image;
}

function tree(image: Image): string[] {
  return treeText(simulatedDisk(new Core(image.fork())), '/');
}

function kinds(core: Core): string[] {
  return core.journal.ops.map((op) => `${op.kind} ${op.path}`);
}

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
      { numRuns: 400 },
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
        expect(two.journal.ops).toEqual(one.journal.ops);
      }),
      { numRuns: 100 },
    );
  });

  it('shows syncs with the inode that they are about, and writes with O_SYNC as such', () => {
    const core = new Core(Image.empty());
    const fd = core.open('/a', 0o4010101);
    core.write(fd, Buffer.from('x'), 0, 1, null);
    core.fdatasync(fd);
    const dir = core.open('/');
    core.fsync(dir);
    core.sync();
    const { ino } = core.fstat(fd);
    expect(core.journal.ops.slice(1)).toMatchObject([
      { kind: 'write', ino, through: 'sync', offset: 0, length: 1 },
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

describe('forks', () => {
  it('never see what a life does to another', () => {
    fc.assert(
      fc.property(commands, commands, commands, (before, left, right) => {
        const start = diskAfter(before);
        const { hash } = start;
        const lines = tree(start);
        const one = new Core(start.fork());
        const two = new Core(start.fork());
        play(one, left);
        const alone = tree(one.image);
        play(two, right);
        expect(tree(one.image)).toEqual(alone);
        expect(start.hash).toEqual(hash);
        expect(tree(start)).toEqual(lines);
      }),
      { numRuns: 150 },
    );
  });

  it('would show it if they did: two lives on one image see each other', () => {
    const shared = Image.empty();
    new Core(shared).mkdir('/a');
    expect(new Core(shared).readdir('/')).toEqual(['a']);
  });
});

describe('a power cut', () => {
  it('leaves exactly the first N ops, whatever the life does afterwards', () => {
    fc.assert(
      fc.property(commands, commands, fc.nat({ max: 40 }), (before, life, cut) => {
        const start = diskAfter(before);
        const whole = new Core(start.fork());
        play(whole, life);
        const core = new Core(start.fork());
        core.cutAfter = cut;
        play(core, life);
        const kept = whole.journal.ops.slice(0, cut);
        expect(core.journal.ops).toEqual(kept);
        expect(core.image.hash).toEqual(replay(start, kept).hash);
      }),
      { numRuns: 300 },
    );
  });

  it('ends reads too, and for good', () => {
    const core = new Core(Image.empty());
    const fd = core.open('/a', 0o102);
    core.cutAfter = 1;
    expect(() => core.stat('/')).toThrow(PowerCut);
    expect(() => core.close(fd)).toThrow(PowerCut);
    core.cutAfter = Infinity;
    expect(() => core.mkdir('/b')).toThrow(PowerCut);
    expect(core.dead).toBe(true);
    expect(core.journal.length).toBe(1);
  });

  it('of a life that does not get that far changes nothing', () => {
    const core = new Core(Image.empty());
    core.cutAfter = 2;
    core.mkdir('/a');
    expect(core.readdir('/')).toEqual(['a']);
    expect(core.dead).toBe(false);
  });

  it('comes between the steps of a composite', () => {
    const core = new Core(Image.empty());
    core.cutAfter = 2;
    expect(() => core.mkdirp('/a/b/c')).toThrow(PowerCut);
    expect(kinds(core)).toEqual(['mkdir /a', 'mkdir /a/b']);
  });
});

describe('a life', () => {
  it('sees no times but its own', () => {
    const image = Image.empty();
    const first = new Core(image.fork(), { now: () => 1000 });
    first.writeFile('/a', Buffer.from('x'));
    expect(first.stat('/a').mtimeMs).toBe(1000);
    const second = new Core(first.image.fork(), { now: () => 2000 });
    expect(second.stat('/a').mtimeMs).toBe(0);
    second.chmod('/a', 0o600);
    expect([second.stat('/a').mtimeMs, second.stat('/a').ctimeMs]).toEqual([0, 2000]);
    second.utimes('/a', 5, 6);
    expect([second.stat('/a').atimeMs, second.stat('/a').mtimeMs]).toEqual([5, 6]);
  });

  it('gets the lowest free descriptor, from 3 on', () => {
    const core = new Core(Image.empty());
    expect([core.open('/'), core.open('/'), core.open('/')]).toEqual([3, 4, 5]);
    core.close(4);
    expect(core.open('/')).toBe(4);
    expect(core.openDescriptors).toBe(3);
  });

  it('tells of every call, reads included, so that an endless loop can be stopped', () => {
    const core = new Core(Image.empty());
    let calls = 0;
    core.onCall = () => {
      if (++calls > 100) throw new Error('endless');
    };
    expect(() => {
      for (;;) core.readdir('/');
    }).toThrow('endless');
  });

  it('forgets a file without names once the last descriptor is closed, and not before', () => {
    const core = new Core(Image.empty());
    const fd = core.open('/a', 0o102);
    const { ino } = core.fstat(fd);
    core.unlink('/a');
    core.write(fd, Buffer.from('still here'), 0, 10, 0);
    expect(core.fstat(fd)).toMatchObject({ nlink: 0, size: 10 });
    core.close(fd);
    expect(core.image.inode(ino)).toBeUndefined();
  });
});
