import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Image } from '../image/image.ts';
import { O_CREAT, O_RDWR } from './constants.ts';
import { Core } from './core.ts';
import { isMountPoint } from './mounts.ts';

/** `/f`, `/d/g`, and other file systems at `/wal` and `/data/x`. */
function disk(mounts: readonly string[] = ['/wal', '/data/x']): Core {
  const core = new Core(Image.empty());
  for (const path of ['/d', '/wal', '/data', '/data/x']) core.mkdir(path);
  for (const path of ['/f', '/d/g', '/wal/w']) core.writeFile(path, Buffer.from(path));
  return new Core(core.image, { mounts });
}

function codeOf(call: () => unknown): string {
  try {
    call();
    return 'fine';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('between two file systems', () => {
  it('nothing is renamed or linked, in either direction, and no op is made', () => {
    const core = disk();
    expect(codeOf(() => core.rename('/f', '/wal/f'))).toBe('EXDEV');
    expect(codeOf(() => core.rename('/wal/w', '/w'))).toBe('EXDEV');
    expect(codeOf(() => core.rename('/d', '/wal/d'))).toBe('EXDEV');
    expect(codeOf(() => core.rename('/wal/w', '/data/x/w'))).toBe('EXDEV');
    expect(codeOf(() => core.link('/f', '/wal/f'))).toBe('EXDEV');
    expect(core.journal.ops).toEqual([]);
  });

  it('all of that is done on one', () => {
    const one = disk([]);
    expect(codeOf(() => one.rename('/f', '/wal/f'))).toBe('fine');
    expect(codeOf(() => one.link('/wal/w', '/d/w'))).toBe('fine');
    const core = disk();
    core.rename('/wal/w', '/wal/v');
    core.link('/wal/v', '/wal/w');
    core.rename('/d/g', '/f');
    expect(core.readdir('/wal')).toEqual(['v', 'w']);
  });

  it('a copy goes, a symlink leads across, and an open file goes on when its name is gone', () => {
    const core = disk();
    core.copyFile('/f', '/wal/copy');
    core.symlink('/wal/w', '/link');
    expect(core.readFile('/link').toString()).toBe('/wal/w');
    const fd = core.open('/wal/w', O_RDWR);
    core.unlink('/wal/w');
    core.write(fd, Buffer.from('x'), 0, 1, 0);
    expect(core.fstat(fd).dev).toBe(core.stat('/wal/copy').dev);
    expect(core.rename('/link', '/d/link')).toBeUndefined();
  });

  it('device numbers differ, and new files have that of their directory', () => {
    const core = disk();
    core.close(core.open('/wal/new', O_CREAT | O_RDWR));
    const devices = ['/', '/wal', '/data', '/data/x'].map((path) => core.stat(path).dev);
    expect(new Set(devices).size).toBe(3);
    expect(core.stat('/wal/new').dev).toBe(core.stat('/wal').dev);
    expect(core.stat('/data').dev).toBe(core.stat('/f').dev);
  });
});

describe('a mount point', () => {
  it('stays where it is, and so does what it lies in', () => {
    const core = disk();
    for (const call of [
      () => core.rmdir('/wal'),
      () => core.rmdir('/data/x'),
      () => core.rename('/wal', '/v'),
      () => core.rename('/d', '/wal'),
      () => core.rename('/data', '/e'),
    ])
      expect(codeOf(call)).toBe('EBUSY');
    expect(codeOf(() => core.rename('/f', '/wal'))).toBe('EISDIR');
    expect(codeOf(() => core.unlink('/wal'))).toBe('EISDIR');
  });

  it('fails rm -r before anything in it is gone: the kernel says that it is busy, not that it is full', () => {
    const core = disk();
    expect(codeOf(() => core.rm('/wal', { recursive: true }))).toBe('EBUSY');
    expect(core.readdir('/wal')).toEqual(['w']);
  });

  it('must be a directory, by a plain path', () => {
    for (const path of ['/nowhere', '/f', '/'])
      expect(() => disk([path])).toThrow('it must be a directory on the disk');
    for (const path of ['/wal', '/var/lib/my-db_1.0', '/a/...']) expect(isMountPoint(path)).toBe(true);
    for (const path of ['/', 'wal', '/wal/', '/a//b', '/a/../b', '/a/.', '/a b', '/a=b', '/a:b', '']) {
      expect(isMountPoint(path)).toBe(false);
    }
  });
});

const other = '/dev/shm';
const hasTwo = existsSync(other) && statSync(other).dev !== statSync(tmpdir()).dev;

/** Linux looks for the source of a rename after it has seen that the ends are on two file systems; of a link before. */
describe.skipIf(!hasTwo)('the errors', () => {
  it('are those of the kernel of this machine', () => {
    const [here, there] = [tmpdir(), other].map((dir) => mkdtempSync(join(dir, 'blackout-mounts-')));
    try {
      mkdirSync(join(here!, 'd'));
      for (const dir of [here!, there!]) writeFileSync(join(dir, 'f'), 'x');
      const core = new Core(Image.empty());
      for (const path of ['/d', '/wal']) core.mkdir(path);
      for (const path of ['/f', '/wal/f']) core.writeFile(path, Buffer.from('x'));
      const mounted = new Core(core.image, { mounts: ['/wal'] });
      const real = (path: string): string =>
        path.startsWith('/wal') ? join(there!, path.slice(4)) : join(here!, path);
      const pairs = ['/f', '/d', '/no', '/no/no'].flatMap((from) =>
        ['/wal/f', '/wal/g', '/wal/no/g'].map((to) => [from, to] as const),
      );
      for (const [from, to] of pairs) {
        const label = `${from} ${to}`;
        expect(
          codeOf(() => mounted.rename(from, to)),
          label,
        ).toBe(codeOf(() => renameSync(real(from), real(to))));
        expect(
          codeOf(() => mounted.link(from, to)),
          label,
        ).toBe(codeOf(() => linkSync(real(from), real(to))));
      }
    } finally {
      for (const dir of [here!, there!]) rmSync(dir, { recursive: true });
    }
  });
});
