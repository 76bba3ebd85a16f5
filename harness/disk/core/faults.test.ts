import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFacade } from '../facade/facade.ts';
import type { Fault, FaultKind } from '../fault-kinds.ts';
import { hashKey } from '../image/hash-key.ts';
import { Image } from '../image/image.ts';
import { commands, diskAfter, play } from '../testing/life.ts';
import { O_CREAT, O_RDWR, O_TRUNC } from './constants.ts';
import { Core } from './core.ts';
import type { FaultsOptions } from './faults.ts';

/** A disk with `/f` of five bytes and the directory `/d`, and a life on it in which some calls go wrong. */
function life(faults: readonly Fault[] = [], full: Pick<FaultsOptions, 'full'> = {}): Core {
  const core = new Core(Image.empty());
  core.mkdir('/d');
  core.writeFile('/f', Buffer.from('hello'));
  return new Core(core.image, { faults: { faults, ...full } });
}

interface NodeError {
  readonly code: string;
  readonly errno: number;
  readonly syscall: string;
  readonly message: string;
  readonly path?: string;
}

function errorOf(call: () => unknown): NodeError {
  try {
    call();
  } catch (error) {
    return error as NodeError;
  }
  throw new Error('the call has not failed');
}

const bytes = Buffer.from('new data');

describe('the chances of a life', () => {
  it('are the calls that would succeed, each with what could go wrong with it', () => {
    const core = life();
    core.writeFile('/g', bytes, { flush: true });
    core.rename('/g', '/h');
    errorOf(() => core.unlink('/nothing'));
    core.readFile('/h');
    core.rename('/h', '/f');
    core.sync();
    const told = core.faults!.chances.map(
      (each) => `${each.call} ${each.kind} ${each.path}: ${each.kinds.join()}`,
    );
    const space = 'enospc,enospc-lasting,edquot,edquot-lasting';
    expect(told).toEqual([
      `1 create /g: eio,${space},emfile`,
      `2 write /g: eio,${space},short`,
      '3 fsync /g: eio',
      '4 rename /g: eio,enospc,edquot',
      '5 open /h: eio,emfile',
      '6 read /h: eio,eintr',
      '7 rename /h: eio',
    ]);
    expect(core.faults!.chances.map(({ after }) => after)).toEqual([0, 1, 2, 3, 4, 4, 4]);
  });

  it('are found without a change of what happens', () => {
    fc.assert(
      fc.property(commands, commands, (before, steps) => {
        const start = diskAfter(before);
        const plain = new Core(start.fork());
        const watched = new Core(start.fork(), { faults: { faults: [] } });
        expect(play(watched, steps)).toEqual(play(plain, steps));
        expect(watched.journal.ops).toEqual(plain.journal.ops);
        // sync and syncfs never fail, and a write through O_SYNC is one call with its sync.
        const calls = plain.journal.ops.filter(({ kind }) => !/^(o?sync|syncfs)$/.test(kind));
        expect(watched.faults!.chances.length).toBeGreaterThanOrEqual(calls.length);
      }),
      { numRuns: 60 },
    );
  });

  it('are not there for what overwrites, when space is asked for', () => {
    const core = life();
    const fd = core.open('/f', O_RDWR);
    core.write(fd, bytes, 0, 8, 0);
    core.write(fd, bytes, 0, 1, 4096);
    expect(core.faults!.chances.slice(1).map((each) => each.kinds.includes('enospc'))).toEqual([false, true]);
  });
});

describe('a call that goes wrong', () => {
  it('does nothing but fail, and is an op', () => {
    fc.assert(
      fc.property(commands, commands, fc.nat(), fc.nat(), (before, steps, at, which) => {
        const start = diskAfter(before);
        const scout = new Core(start.fork(), { faults: { faults: [] } });
        play(scout, steps);
        const chances = scout.faults!.chances;
        fc.pre(chances.length > 0);
        const { call, after, kind, path, kinds: could } = chances[at % chances.length]!;
        const wrong = could.filter((each) => each !== 'short');
        const fault: Fault = { call, kind: wrong[which % wrong.length]! };
        const core = new Core(start.fork(), { faults: { faults: [fault] } });
        play(core, steps);
        expect(core.journal.ops.slice(0, after)).toEqual(scout.journal.ops.slice(0, after));
        expect(core.journal.ops[after]).toMatchObject({ kind, path, fault: fault.kind, changes: [] });
        expect(core.faults!.unused).toEqual([]);
        // What was there before the call is there after it.
        const cut = new Core(start.fork(), { faults: { faults: [fault] } });
        cut.cutAfter = after + 1;
        play(cut, steps);
        const untouched = new Core(start.fork());
        untouched.cutAfter = after;
        play(untouched, steps);
        expect(hashKey(cut.image.hash)).toBe(hashKey(untouched.image.hash));
      }),
      { numRuns: 60 },
    );
  });

  it.each<readonly [FaultKind, string, number, string]>([
    ['eio', 'EIO', -5, "EIO: i/o error, open '/g'"],
    ['enospc', 'ENOSPC', -28, "ENOSPC: no space left on device, open '/g'"],
    [
      'edquot',
      'Unknown system error -122',
      -122,
      "Unknown system error -122: Unknown system error -122, open '/g'",
    ],
    ['emfile', 'EMFILE', -24, "EMFILE: too many open files, open '/g'"],
  ])('fails as in Node: %s', (kind, code, errno, message) => {
    const core = life([{ call: 1, kind }]);
    const error = errorOf(() => core.open('/g', O_CREAT | O_RDWR));
    expect({ ...error, message: error.message }).toEqual({
      code,
      errno,
      syscall: 'open',
      path: '/g',
      message,
    });
    expect(core.readdir('/')).toEqual(['d', 'f']);
    expect(core.openDescriptors).toBe(0);
  });

  it('names no path where a descriptor was given, and both paths of two', () => {
    const core = life([
      { call: 2, kind: 'eintr' },
      { call: 3, kind: 'eio' },
    ]);
    const fd = core.open('/f');
    expect(errorOf(() => core.read(fd, Buffer.alloc(5), 0, 5, null)).message).toBe(
      'EINTR: interrupted system call, read',
    );
    expect(core.openFile(fd)!.position).toBe(0);
    expect(errorOf(() => core.rename('/f', '/d/f')).message).toBe("EIO: i/o error, rename '/f' -> '/d/f'");
  });

  it('leaves a file as it was that it was to cut', () => {
    const core = life([{ call: 1, kind: 'eio' }]);
    expect(errorOf(() => core.open('/f', O_RDWR | O_TRUNC)).syscall).toBe('open');
    expect(core.readFile('/f').toString()).toBe('hello');
    expect(core.journal.ops[0]).toMatchObject({ kind: 'truncate', path: '/f', fault: 'eio' });
  });

  it('rejects a writeFile with the error of its call, closes the file, and leaves what was done', async () => {
    const core = life([{ call: 2, kind: 'enospc' }]);
    const error = await createFacade(core)
      .writeFile('/g', bytes)
      .then(undefined, (reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'ENOSPC', syscall: 'write' });
    expect(core.readFile('/g').length).toBe(0);
    expect(core.openDescriptors).toBe(0);
  });

  it('makes a copy fail under the name of the copy, and its half goes away', () => {
    const copy = (...faults: readonly Fault[]): Core => {
      const core = life(faults);
      expect(errorOf(() => core.copyFile('/f', '/g'))).toMatchObject({
        code: 'EIO',
        syscall: 'copyfile',
        path: '/f',
      });
      return core;
    };
    // open, open, fchmod, read, write, unlink: cutting what is empty is no call that can fail
    expect(copy({ call: 5, kind: 'eio' }).readdir('/')).toEqual(['d', 'f']);
    expect(copy({ call: 5, kind: 'eio' }, { call: 6, kind: 'emfile' }).readdir('/')).toEqual(['d', 'f']);
    expect(copy({ call: 5, kind: 'eio' }, { call: 6, kind: 'eio' }).readdir('/')).toEqual(['d', 'f', 'g']);
  });

  it('is told if no call was fit for the fault', () => {
    const faults: readonly Fault[] = [
      { call: 1, kind: 'short' },
      { call: 9, kind: 'eio' },
    ];
    const core = life(faults);
    core.mkdir('/e');
    expect(core.faults!.unused).toEqual(faults);
  });
});

describe('a full disk', () => {
  const full: readonly Fault[] = [{ call: 1, kind: 'enospc-lasting' }];
  const codes = (core: Core, ...calls: readonly (() => unknown)[]): readonly string[] =>
    calls.map((call) => {
      try {
        call();
        return 'fine';
      } catch (error) {
        return core.dead ? 'dead' : (error as NodeError).code;
      }
    });

  it('refuses all that needs a block, and nothing else, until something is freed', () => {
    const core = life(full);
    const fd = core.open('/f', O_RDWR);
    // Opening was call 1, for which this fault is not fit.
    expect(core.faults!.full).toBeUndefined();
    const other = life([{ call: 2, kind: 'enospc-lasting' }]);
    const open = other.open('/f', O_RDWR);
    const grow = (): unknown => other.write(open, bytes, 0, 8, 4096);
    const over = (): unknown => other.write(open, bytes, 0, 8, 0);
    expect(
      codes(
        other,
        grow,
        grow,
        () => other.mkdir('/e'),
        over,
        () => other.rename('/f', '/g'),
        grow,
      ),
    ).toEqual(['ENOSPC', 'ENOSPC', 'ENOSPC', 'fine', 'fine', 'ENOSPC']);
    expect(codes(other, () => other.ftruncate(open, 2), grow)).toEqual(['fine', 'fine']);
    core.close(fd);
  });

  it('is full once only where the fault says so', () => {
    const core = life([{ call: 1, kind: 'enospc' }]);
    expect(
      codes(
        core,
        () => core.mkdir('/e'),
        () => core.mkdir('/e'),
      ),
    ).toEqual(['ENOSPC', 'fine']);
  });

  it('is freed by an unlink when the file is closed, and by a rename over another', () => {
    const unlinked = life(full);
    expect(codes(unlinked, () => unlinked.mkdir('/e'))).toEqual(['ENOSPC']);
    const fd = unlinked.open('/f');
    unlinked.unlink('/f');
    expect(codes(unlinked, () => unlinked.mkdir('/e'))).toEqual(['ENOSPC']);
    unlinked.close(fd);
    expect(codes(unlinked, () => unlinked.mkdir('/e'))).toEqual(['fine']);
    const renamed = life();
    renamed.writeFile('/g', bytes);
    const later = new Core(renamed.image, { faults: { faults: full } });
    const mkdir = (): unknown => later.mkdir('/e');
    expect(codes(later, mkdir, () => later.rename('/g', '/f'), mkdir)).toEqual(['ENOSPC', 'fine', 'fine']);
  });

  it('may be full when a life begins', () => {
    const core = life([], { full: 'edquot-lasting' });
    expect(codes(core, () => core.mkdir('/e'))).toEqual(['Unknown system error -122']);
    expect(core.faults!.chances).toEqual([]);
    expect(core.journal.ops[0]!.fault).toBe('edquot-lasting');
  });
});

describe('a short write', () => {
  it('writes half and says so', () => {
    const core = life([{ call: 2, kind: 'short' }]);
    const fd = core.open('/g', O_CREAT | O_RDWR);
    expect(core.write(fd, bytes, 0, 8, null)).toBe(4);
    expect(core.write(fd, bytes, 4, 4, null)).toBe(4);
    expect(core.readFile('/g').toString()).toBe('new data');
    expect(core.journal.ops[1]).toMatchObject({ kind: 'write', offset: 0, length: 4, fault: 'short' });
  });

  it('is gone on with by writeFile and copyFile, which leave the whole', () => {
    for (const call of [1, 2, 3, 4, 5, 6]) {
      const core = life([{ call, kind: 'short' }]);
      core.writeFile('/g', bytes);
      core.copyFile('/f', '/h');
      expect([core.readFile('/g').toString(), core.readFile('/h').toString()]).toEqual(['new data', 'hello']);
    }
  });
});

describe('a sync that fails where files go back to what was synced', () => {
  const held = (core: Core): string => core.readFile('/f').toString();
  const goingBack = (call: number): Core => {
    const core = life();
    return new Core(core.image, { faults: { faults: [{ call, kind: 'eio' }], reverts: ['/'] } });
  };

  it('takes the file back, and what is written on from the descriptor leaves a hole', () => {
    const core = goingBack(4);
    const fd = core.open('/f', O_RDWR);
    core.write(fd, Buffer.from('HELLO'), 0, 5, null);
    core.write(fd, bytes, 0, 8, null);
    expect(errorOf(() => core.fsync(fd))).toMatchObject({ code: 'EIO', syscall: 'fsync' });
    expect(held(core)).toBe('hello');
    core.write(fd, Buffer.from('!'), 0, 1, null);
    core.fsync(fd);
    expect(held(core)).toBe('hello\0\0\0\0\0\0\0\0!');
  });

  it('takes it back to the last sync of any kind, and leaves what a truncation did', () => {
    const core = goingBack(6);
    const fd = core.open('/f', O_RDWR);
    core.write(fd, Buffer.from('H'), 0, 1, 0);
    core.fsync(fd);
    core.ftruncate(fd, 3);
    core.write(fd, bytes, 0, 8, 2);
    errorOf(() => core.fsync(fd));
    expect(held(core)).toBe('Hel');
    expect(core.journal.ops.at(-1)).toMatchObject({ kind: 'fsync', fault: 'eio', reverts: true });
  });

  it('leaves a new file empty, and all files as written where they do not go back', () => {
    for (const [reverts, text] of [
      [['/'], ''],
      [[], 'new data'],
    ] as const) {
      const core = new Core(life().image, { faults: { faults: [{ call: 3, kind: 'eio' }], reverts } });
      errorOf(() => core.writeFile('/g', bytes, { flush: true }));
      expect(core.readFile('/g').toString()).toBe(text);
    }
  });

  it('does so on the file system that goes back, and not on another', () => {
    const core = new Core(life().image, {
      mounts: ['/d'],
      faults: {
        faults: [
          { call: 3, kind: 'eio' },
          { call: 6, kind: 'eio' },
        ],
        reverts: ['/d'],
      },
    });
    errorOf(() => core.writeFile('/d/g', bytes, { flush: true }));
    errorOf(() => core.writeFile('/g', bytes, { flush: true }));
    expect([core.readFile('/d/g').toString(), core.readFile('/g').toString()]).toEqual(['', 'new data']);
  });
});
