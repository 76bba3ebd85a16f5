import * as realFs from 'node:fs';
import { readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Core } from '../core/core.ts';
import { Image } from '../image/image.ts';
import { makePlayground } from '../testing/temp-dir.ts';
import { createTestVolume } from '../testing/volume.ts';
import { createVolume } from './volume.ts';

const PAGE = readFileSync(new URL('../../../docs/node-fs.md', import.meta.url), 'utf8');

type Table = Record<string, unknown>;

const made = (): typeof realFs => createTestVolume(new Core(Image.empty())).fs;

function table(fs: object): Table {
  return Object.fromEntries(names(fs).map((name) => [name, Reflect.get(fs, name)]));
}

function names(fs: object): string[] {
  // Node 24 has left these to the constants.
  return Object.getOwnPropertyNames(fs)
    .filter((name) => !/^[FRWX]_OK$/.test(name))
    .sort();
}

/** What newer versions of Node have and this one may not; the page says what becomes of them. */
const isListed = (name: string): boolean => PAGE.includes(`\`${name}\``);

describe('what the volume has', () => {
  it('is what node:fs has, or the page names it', () => {
    const [real, ours] = [names(realFs), names(made())];
    expect(real.filter((name) => !ours.includes(name) && name !== 'default' && !isListed(name))).toEqual([]);
    expect(ours.filter((name) => !real.includes(name))).toEqual([]);
  });

  it('is what node:fs/promises has', () => {
    const [real, ours] = [names(realFs.promises), names(made().promises)];
    expect(real.filter((name) => !ours.includes(name) && !isListed(`promises.${name}`))).toEqual([]);
    expect(ours.filter((name) => !real.includes(name))).toEqual([]);
  });

  it('is what a FileHandle has', async () => {
    const fs = made();
    fs.writeFileSync('/f', '');
    const ours = await fs.promises.open('/f');
    const real = await realFs.promises.open(new URL(import.meta.url));
    const missing = names(Object.getPrototypeOf(real) as object).filter((name) => !(name in ours));
    expect(missing.filter((name) => !isListed(`FileHandle.${name}`))).toEqual([]);
    await Promise.all([real.close(), ours.close()]);
  });

  it('goes by the same names and is of the same types', () => {
    const [real, ours] = [table(realFs), table(made())];
    for (const name of Object.getOwnPropertyNames(ours)) {
      expect(typeof ours[name], name).toBe(typeof real[name]);
      if (typeof ours[name] === 'function' && /^[a-z]/.test(name)) {
        expect(ours[name].name, name).toBe((real[name] as Function).name);
      }
    }
    expect(ours['constants']).toEqual(real['constants']);
  });
});

describe('libraries that take fs apart', () => {
  it('get the same from a copy by property descriptors, as graceful-fs makes it', async () => {
    const fs = made();
    const copy = Object.create(Object.getPrototypeOf(fs) as object) as typeof realFs;
    for (const name of Object.getOwnPropertyNames(fs)) {
      Object.defineProperty(copy, name, Object.getOwnPropertyDescriptor(fs, name)!);
    }
    const stream = copy.createWriteStream('/f');
    await new Promise((resolve) => stream.end('copied', () => resolve(null)));
    expect(await copy.promises.readFile('/f', 'utf8')).toBe('copied');
  });

  it('may call and inherit from the constructors of streams', async () => {
    const fs = made();
    const Base = fs.WriteStream as unknown as Function;
    expect((Base as (path: string) => unknown)('/called')).toBeInstanceOf(Base);
    function Derived(this: object, path: string): void {
      Base.call(this, path);
    }
    Derived.prototype = Object.create(Base.prototype as object);
    const stream = Reflect.construct(Derived, ['/g']) as realFs.WriteStream;
    await new Promise((resolve) => stream.end('derived', () => resolve(null)));
    expect(fs.readFileSync('/g', 'utf8')).toBe('derived');
    expect(stream).toBeInstanceOf(fs.WriteStream);
  });

  it('may hand streams functions of their own, or an open descriptor', async () => {
    const fs = made();
    const seen: unknown[] = [];
    const open = (...args: Parameters<typeof fs.open>): void => {
      seen.push(args[0]);
      fs.open(...args);
    };
    const stream = fs.createWriteStream('/f', { fs: { ...fs, open } });
    await new Promise((resolve) => stream.end('x', () => resolve(null)));
    const second = fs.createWriteStream(null as never, { fd: fs.openSync('/f', 'a') });
    await new Promise((resolve) => second.end('y', () => resolve(null)));
    expect([seen, fs.readFileSync('/f', 'utf8')]).toEqual([['/f'], 'xy']);
  });

  it('may promisify what has more than one result, or no error', async () => {
    const fs = made();
    const fd = fs.openSync('/f', 'w+');
    expect(await promisify(fs.write)(fd, Buffer.from('ab'))).toMatchObject({ bytesWritten: 2 });
    expect(await promisify(fs.writev)(fd, [Buffer.from('c')])).toMatchObject({ bytesWritten: 1 });
    expect(await promisify(fs.read)(fd, Buffer.alloc(3), 0, 3, 0)).toMatchObject({ bytesRead: 3 });
    expect(await promisify(fs.exists)('/f')).toBe(true);
    expect(await promisify(fs.exists)('/none')).toBe(false);
    await expect(promisify(fs.stat)('/none')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('options', () => {
  it("that Node does not know are nobody else's business, as jsonfile hands its own through", async () => {
    const fs = made();
    const own = { spaces: 2, EOL: '\n', replacer: null } as object;
    fs.writeFileSync('/f', 'one ', own);
    await fs.promises.appendFile('/f', 'two', own);
    expect(fs.readFileSync('/f', { ...own, encoding: 'utf8' })).toBe('one two');
    expect(() => fs.writeFileSync('/f', '', { encoding: 'no such' as never })).toThrow();
  });
});

describe('callbacks', () => {
  it('come after ticks and microtasks, in the order of the calls, those of many calls later', async () => {
    const run = async (fs: typeof realFs, path: string): Promise<string[]> => {
      const seen: string[] = [];
      const note = (what: string) => (): void => void seen.push(what);
      fs.writeFile(path, 'x', note('writeFile'));
      fs.stat(path, note('stat'));
      process.nextTick(note('tick'));
      void Promise.resolve().then(note('microtask'));
      seen.push('returned');
      while (seen.length < 5) await nextTurn();
      return seen;
    };
    const playground = makePlayground();
    playground.reset();
    const expected = await run(realFs, `${playground.root}/f`);
    playground.remove();
    expect(expected.slice(3)).toEqual(['stat', 'writeFile']);
    expect(await run(made(), '/f')).toEqual(expected);
  });

  it('that throw are uncaught, and rejections of nothing', async () => {
    const thrown: unknown[] = [];
    const defer = (task: () => void): void =>
      void setImmediate(() => {
        try {
          task();
        } catch (error) {
          thrown.push(error);
        }
      });
    const { fs } = createVolume(new Core(Image.empty()), { defer });
    fs.readFile('/none', () => {
      throw new Error('mine');
    });
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    expect(thrown).toEqual([new Error('mine')]);
  });

  it('are asked for at once: without one the call itself fails, and so it does with wrong data', () => {
    const fs = made();
    expect(() => (fs.stat as Function)('/f')).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
    );
    expect(() => fs.writeFile('/f', {} as never, () => {})).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
    );
  });
});

describe('the text that Node does not flush', () => {
  const SYNCED = (fs: (core: Core) => typeof realFs, options: object): boolean => {
    const core = new Core(Image.empty());
    fs(core).writeFileSync('/f', 'text', options);
    return core.journal.ops.some(({ kind }) => kind === 'fsync');
  };
  const volume = (core: Core): typeof realFs => createTestVolume(core).fs;

  it('is not flushed here either, as long as this Node does not: nodejs/node#60552', () => {
    expect(SYNCED(volume, { flush: true })).toBe(true);
    let real = true;
    try {
      realFs.writeFileSync(2 ** 31 - 1, '', { encoding: 'utf8', flush: true });
      real = false;
    } catch {
      // This Node asks for the flush, and there is nothing to flush.
    }
    expect(SYNCED(volume, { flush: true, encoding: 'utf8' })).toBe(real);
  });
});
