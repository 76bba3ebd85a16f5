import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PowerCut } from '../errors.ts';
import { Image } from '../image/image.ts';
import { commands, diskAfter, kinds, play, replay, tree } from '../testing/life.ts';
import { Core } from './core.ts';

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
      { numRuns: 100 },
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
        expect(isDeepStrictEqual(core.journal.ops, kept)).toBe(true);
        expect(core.image.hash).toEqual(replay(start, kept).hash);
      }),
      { numRuns: 150 },
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
