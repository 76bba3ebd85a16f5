import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Core } from '../core/core.ts';
import { PowerCut } from '../errors.ts';
import { createFacade } from '../facade/facade.ts';
import { Image } from '../image/image.ts';
import type { Promises } from '../testing/api-case.ts';
import { createTestVolume } from '../testing/volume.ts';
import type { DiskVolume } from './volume.ts';

/** Whether a promise has settled after the microtasks and a few turns of the event loop had their chance. */
async function settles(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const mark = (): void => {
    settled = true;
  };
  promise.then(mark, mark);
  for (let turn = 0; turn < 5; turn++) await nextTurn();
  return settled;
}

function disk(): Core {
  const core = new Core(Image.empty());
  core.mkdir('/d');
  core.writeFile('/f', Buffer.from('contents'));
  core.symlink('f', '/l');
  return core;
}

function cut(core: Core): void {
  core.cutAfter = core.journal.length;
}

/** Every promise call of the subset; what of them fails on a live disk fails by rejecting, which is settling, too. */
const CALLS: [name: string, call: (fs: Promises) => Promise<unknown>][] = [
  ['open', (fs) => fs.open('/f')],
  ['readFile', (fs) => fs.readFile('/f')],
  ['writeFile', (fs) => fs.writeFile('/f', 'x')],
  ['writeFile in pieces', (fs) => fs.writeFile('/f', ['x'])],
  ['appendFile', (fs) => fs.appendFile('/f', 'x')],
  ['readdir', (fs) => fs.readdir('/')],
  ['stat', (fs) => fs.stat('/f')],
  ['stat of nothing', (fs) => fs.stat('/none')],
  ['lstat', (fs) => fs.lstat('/f')],
  ['access', (fs) => fs.access('/f')],
  ['mkdir', (fs) => fs.mkdir('/e')],
  ['mkdir -p', (fs) => fs.mkdir('/e/e', { recursive: true })],
  ['rmdir', (fs) => fs.rmdir('/d')],
  ['rm', (fs) => fs.rm('/d', { recursive: true, force: true })],
  ['unlink', (fs) => fs.unlink('/f')],
  ['rename', (fs) => fs.rename('/f', '/g')],
  ['link', (fs) => fs.link('/f', '/g')],
  ['symlink', (fs) => fs.symlink('f', '/g')],
  ['readlink', (fs) => fs.readlink('/l')],
  ['realpath', (fs) => fs.realpath('/l')],
  ['chmod', (fs) => fs.chmod('/f', 0o600)],
  ['truncate', (fs) => fs.truncate('/f', 1)],
  ['utimes', (fs) => fs.utimes('/f', 1, 1)],
  ['copyFile', (fs) => fs.copyFile('/f', '/g')],
  ['mkdtemp', (fs) => fs.mkdtemp('/t-')],
];

const VOLUME_CALLS: typeof CALLS = [
  ['cp', (fs) => fs.cp('/d', '/e', { recursive: true })],
  ['opendir', (fs) => fs.opendir('/d')],
  ['chown', (fs) => fs.chown('/f', 0, 0)],
  ['statfs', (fs) => fs.statfs('/')],
];

const HANDLE_CALLS: [
  name: string,
  call: (handle: Awaited<ReturnType<Promises['open']>>) => Promise<unknown>,
][] = [
  ['read', (handle) => handle.read(Buffer.alloc(1), 0, 1, 0)],
  ['readv', (handle) => handle.readv([Buffer.alloc(1)])],
  ['write', (handle) => handle.write(Buffer.from('x'), 0, 1, 0)],
  ['writev', (handle) => handle.writev([Buffer.from('x')])],
  ['readFile', (handle) => handle.readFile()],
  ['writeFile', (handle) => handle.writeFile('x')],
  ['appendFile', (handle) => handle.appendFile('x')],
  ['stat', (handle) => handle.stat()],
  ['truncate', (handle) => handle.truncate(1)],
  ['sync', (handle) => handle.sync()],
  ['datasync', (handle) => handle.datasync()],
  ['chmod', (handle) => handle.chmod(0o600)],
  ['utimes', (handle) => handle.utimes(1, 1)],
  ['close', (handle) => handle.close()],
];

const SUBJECTS: [name: string, make: (core: Core) => Promises, more: typeof CALLS][] = [
  ['the facade', (core) => createFacade(core) as unknown as Promises, []],
  ['the volume', (core) => createTestVolume(core).promises, VOLUME_CALLS],
];

describe.each(SUBJECTS)('after a power cut, on %s', (_name, make, more) => {
  it.each([...CALLS, ...more])(
    '%s never settles and changes nothing, and settles while there is power',
    async (_call, call) => {
      const live = disk();
      expect(await settles(call(make(live)))).toBe(true);
      const core = disk();
      const fs = make(core);
      cut(core);
      const { hash } = core.image;
      expect(await settles(call(fs))).toBe(false);
      expect(core.image.hash).toEqual(hash);
      expect(core.journal.length).toBe(core.cutAfter);
    },
  );

  it.each(HANDLE_CALLS)(
    "a handle's %s never settles, and settles while there is power",
    async (_call, call) => {
      const live = await make(disk()).open('/f', 'r+');
      expect(await settles(call(live))).toBe(true);
      const core = disk();
      const handle = await make(core).open('/f', 'r+');
      cut(core);
      expect(await settles(call(handle))).toBe(false);
      expect(core.journal.length).toBe(core.cutAfter);
    },
  );

  it('a program can neither catch it nor clean up after it', async () => {
    const core = disk();
    const fs = make(core);
    core.cutAfter = core.journal.length + 3;
    const seen: string[] = [];
    const program = async (): Promise<void> => {
      try {
        await fs.writeFile('/g', 'much');
        seen.push('written');
        await fs.writeFile('/h', 'more');
        await fs.unlink('/g');
        seen.push('unlinked');
      } catch {
        seen.push('caught');
      } finally {
        seen.push('cleaned up');
      }
    };
    expect(await settles(program())).toBe(false);
    expect(seen).toEqual(['written']);
    expect(core.journal.ops.at(-1)).toMatchObject({ kind: 'create', path: '/h' });
  });
});

describe.each(SUBJECTS)('a source of pieces, on %s', (_name, make) => {
  it.each([
    ['is not told of a cut, and cleans up nothing', 2, false],
    ['is told of an error, and cleans up', Infinity, true],
  ])('%s', async (_claim, ops, expected) => {
    const core = disk();
    core.cutAfter = core.journal.length + ops;
    let cleaned = false;
    async function* source(): AsyncGenerator<string> {
      try {
        yield 'one';
        yield 'two';
        yield 3 as never;
      } finally {
        cleaned = true;
      }
    }
    expect(await settles(make(core).writeFile('/pieces', source()))).toBe(expected);
    expect(cleaned).toBe(expected);
  });
});

describe('the volume', () => {
  const made = (): { core: Core; volume: DiskVolume } => {
    const core = disk();
    return { core, volume: createTestVolume(core) };
  };

  it('goes on throwing from synchronous calls after a cut, existsSync included', () => {
    const { core, volume } = made();
    cut(core);
    const { fs } = volume;
    expect(() => fs.statSync('/f')).toThrow(PowerCut);
    expect(() => fs.existsSync('/f')).toThrow(PowerCut);
    expect(() => fs.writeFileSync('/f', 'x')).toThrow(PowerCut);
    expect(() => fs.rmSync('/none', { force: true })).toThrow(PowerCut);
  });

  it('never calls back after a cut', async () => {
    const { core, volume } = made();
    cut(core);
    const called: string[] = [];
    volume.fs.readFile('/f', () => called.push('readFile'));
    volume.fs.exists('/f', () => called.push('exists'));
    volume.fs.rename('/f', '/g', () => called.push('rename'));
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    expect(called).toEqual([]);
  });

  it('puts syncs in the journal, flush and writev as the kernel sees them', async () => {
    const { core, volume } = made();
    const { fs, promises } = volume;
    const since = core.journal.length;
    const fd = fs.openSync('/f', 'r+');
    fs.fsyncSync(fd);
    fs.fdatasyncSync(fd);
    fs.writevSync(fd, [Buffer.from('a'), Buffer.from('b')], 0);
    fs.closeSync(fd);
    await promises.writeFile('/g', 'x', { flush: true });
    const stream = fs.createWriteStream('/h', { flush: true });
    await new Promise((resolve) => {
      stream.on('close', () => resolve(null));
      stream.end('y');
    });
    const ops = core.journal.ops.slice(since).map(({ kind, path }) => `${kind} ${path}`);
    expect(ops).toEqual([
      'fsync /f',
      'fdatasync /f',
      'write /f',
      'create /g',
      'write /g',
      'fsync /g',
      'create /h',
      'write /h',
      'fsync /h',
    ]);
  });

  it('opens for reading without flags, and knows `as`', () => {
    const { fs } = made().volume;
    expect(fs.readFileSync((fs.openSync as (path: string) => number)('/f'), 'utf8')).toBe('contents');
    fs.writeFileSync('/f', '!', { flag: 'as' });
    expect(fs.readFileSync('/f', 'utf8')).toBe('contents!');
  });

  it('refuses to watch, rather than never to tell', () => {
    const { fs } = made().volume;
    expect(() => fs.watch('/')).toThrow('watch is unavailable');
  });

  it('takes its temporary names from a counter', async () => {
    const { volume } = made();
    expect(await volume.promises.mkdtemp('/t-')).toBe('/t-000000');
    expect(volume.fs.mkdtempSync('/t-')).toBe('/t-000001');
  });
});
