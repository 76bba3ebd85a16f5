import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { Core } from '../../harness/disk/core/core.ts';
import { Image } from '../../harness/disk/image/image.ts';
import { Recoveries } from '../../harness/programs/traced/recoveries.ts';
import { Folder } from '../../harness/trace/folder.ts';
import { ignoring } from '../../harness/trace/ignored.ts';
import { interpreterOf } from '../../harness/trace/interpreter.ts';
import { record, type Life } from '../../harness/trace/record.ts';
import { missing, PYTHON } from './programs.ts';

const WITHOUT = missing('strace', PYTHON);

/** What a disk holds: `d/`, `a=text`, `a->target`, `a&b` for one file with two names, `a*b` for a program of this machine. */
type Disk = readonly string[];

function imageOf(disk: Disk): Image {
  const core = new Core(Image.empty());
  for (const each of disk) {
    const [, name = '', how = '', rest = ''] = /^([\w/]+?)(\/$|=|->|&|\*)(.*)$/s.exec(each) ?? [];
    if (how === '/') core.mkdir(`/${name}`);
    if (how === '=') core.writeFile(`/${name}`, Buffer.from(rest), { mode: 0o755 });
    if (how === '->') core.symlink(rest, `/${name}`);
    if (how === '&') core.link(`/${name}`, `/${rest}`);
    if (how === '*') core.writeFile(`/${name}`, PROGRAMS[rest]!, { mode: 0o755 });
  }
  return core.image;
}

/** `loaded` is `true` with a dynamic loader that lies on the disk. */
const PROGRAMS: Readonly<Record<string, Buffer>> = WITHOUT === undefined ? programs() : {};

function programs(): Record<string, Buffer> {
  const [yes, no] = ['/bin/true', '/bin/false'].map((path) => readFileSync(path));
  const loader = interpreterOf((at, length) => yes!.subarray(at, at + length))!;
  const loaded = Buffer.from(yes!);
  loaded.write('disk/ld'.padEnd(loader.length, '\0'), loaded.indexOf(loader), 'latin1');
  return { true: yes!, false: no!, loaded, loader: readFileSync(loader) };
}

/** What a program of Python's writes into `said` is what it has learned; a call that fails, it has learned, too. */
const told = (expression: string): string =>
  `import os, ctypes, fcntl, mmap\nlibc = ctypes.CDLL(None, use_errno=True)\ndef runs(path):\n    child = os.posix_spawn(path, ['it'], {})\n    return os.waitpid(child, 0)[1]\ntry: known = str(${expression})\nexcept OSError as error: known = str(error.errno)\nopen('disk/said', 'w').write(known)`;
const then = (...calls: readonly string[]): string => `[${calls.join(', ')}][-1]`;

/** A row: what is asked, two disks that answer it differently, and a program that asks. */
const ROWS: readonly (readonly [what: string, one: Disk, other: Disk, asks: string])[] = [
  ['whether a name is there', ['a=x'], [], `os.path.lexists('disk/a')`],
  ['what kind of thing it is', ['a=x'], ['a/'], `os.open('disk/a', os.O_DIRECTORY)`],
  ['whether it can be made anew', ['a=x'], [], `os.open('disk/a', os.O_CREAT | os.O_EXCL) and 1`],
  ['what a file holds', ['a=x'], ['a=y'], `open('disk/a').read()`],
  ['what a map shows', ['a=x'], ['a=y'], `mmap.mmap(os.open('disk/a', 0), 1, mmap.MAP_SHARED, 1)[:]`],
  ['its size', ['a=x'], ['a=xx'], `os.stat('disk/a').st_size`],
  ['where it ends', ['a=x'], ['a=xx'], `os.lseek(os.open('disk/a', os.O_WRONLY), 0, 2)`],
  [
    'whether data follow',
    ['a=x'],
    [`a=${'x'.repeat(200)}`],
    `os.lseek(os.open('disk/a', os.O_WRONLY), 100, os.SEEK_DATA)`,
  ],
  [
    'how much can be read',
    ['a=x'],
    ['a=xx'],
    `fcntl.ioctl(os.open('disk/a', os.O_WRONLY), 0x541B, bytes(4))`,
  ],
  ['how many names it has', ['a=x', 'b=x'], ['a=x', 'a&b'], `os.stat('disk/a').st_nlink`],
  ['how many a symlink has', ['a->x', 'b->x'], ['a->x', 'a&b'], `os.lstat('disk/a').st_nlink`],
  ['where a symlink leads', ['a->x'], ['a->y'], `os.readlink('disk/a')`],
  ['what a directory lists', ['d/', 'd/a=x'], ['d/', 'd/b=x'], `os.listdir('disk/d')`],
  [
    'of which kind that is',
    ['d/', 'd/a=x'],
    ['d/', 'd/a/'],
    `[each.is_dir() for each in os.scandir('disk/d')]`,
  ],
  [
    'how many subdirectories it has',
    ['d/', 'd/a=x'],
    ['d/', 'd/a/'],
    `(os.chdir('disk/d'), st_nlink(), os.chdir('../..'))[1]`,
  ],
  ['whether it is empty, to be removed', ['d/'], ['d/', 'd/a=x'], `os.rmdir('disk/d')`],
  [
    'whether it is empty, to be replaced',
    ['d/', 'e/'],
    ['d/', 'e/', 'e/a=x'],
    `os.rename('disk/d', 'disk/e')`,
  ],
  [
    'whether two names are one file, to be renamed',
    ['a=x', 'b=x'],
    ['a=x', 'a&b'],
    then(`os.rename('disk/a', 'disk/b')`, `os.access('disk/a', os.F_OK)`),
  ],
  [
    'whether two names are one file, to be written',
    ['a=x', 'b=x'],
    ['a=x', 'a&b'],
    `(lambda a, b: (os.write(b, b'y'), os.read(a, 9)))(os.open('disk/a', os.O_RDWR | os.O_TRUNC), os.open('disk/b', os.O_WRONLY))[1]`,
  ],
  [
    'whether two names are one file, to be locked',
    ['a=x', 'b=x'],
    ['a=x', 'a&b'],
    `(lambda a, b: (fcntl.flock(a, 2), fcntl.flock(b, 6)))(os.open('disk/a', os.O_WRONLY), os.open('disk/b', os.O_WRONLY))`,
  ],
  ['what a program does', ['a*true'], ['a*false'], `runs('disk/a')`],
  ['what interprets it', ['a=#! disk/i\n', 'i*true'], ['a=#! disk/i\n', 'i*false'], `runs('disk/a')`],
  ['what loads it', ['a*loaded', 'ld*loader'], ['a*loaded', 'ld=nothing'], `runs('disk/a')`],
  ['whether a path through /proc is there', ['a=x'], [], `os.path.exists('/proc/self/cwd/disk/a')`],
  ['which attributes it has', ['a=x'], [], `os.listxattr('disk/a')`],
  ['whether it can be given a time', ['a=x'], [], `os.utime('disk/a')`],
  ['whether it can be watched', ['a=x'], [], `libc.inotify_add_watch(libc.inotify_init(), b'disk/a', 2)`],
];

const PRELUDE = `import ctypes
def st_nlink():
    buffer = ctypes.create_string_buffer(256)
    ctypes.CDLL(None).fstatat(-100, b'', buffer, 0x1000)
    return buffer.raw[16:24]
`;

describe.skipIf(WITHOUT)(`a recovery that asks of the disk${WITHOUT ?? ''}`, () => {
  const folder = new Folder('disk', ignoring([]));
  afterAll(() => folder.remove());

  async function recorded(boot: Image, text: string): Promise<Life> {
    folder.fill(boot);
    folder.lend();
    const argv = [PYTHON, '-S', '-I', '-c', PRELUDE + text];
    const env = { PATH: process.env['PATH']! };
    return await record(folder, boot, { argv, env, timeLimit: 60_000, looks: true });
  }

  /** How often a program ran on two disks, and whether it left the same behind on both. */
  async function onBoth(one: Disk, other: Disk, text: string): Promise<{ ran: number; said: string[] }> {
    const recoveries = new Recoveries(async (boot) => await recorded(boot, text));
    const said: string[] = [];
    for (const boot of [one, other].map(imageOf)) {
      const life = await recoveries.recover(boot);
      const core = new Core(boot.fork());
      life.again(core, () => {});
      said.push(core.readFile('/said').toString());
    }
    const { recorded: ran, compared } = recoveries.counts;
    return { ran: ran + compared, said };
  }

  it.each(ROWS)('%s is run on disks that differ in it', async (_what, one, other, asks) => {
    const { ran, said } = await onBoth(one, other, told(asks));
    expect(ran).toBe(2);
    expect(said[0]).not.toBe(said[1]);
  });

  it.each(ROWS)('something else, and not %s, is run once', async (_what, one, other) => {
    expect(await onBoth([...one, 'z=1'], [...other, 'z=1'], told(`open('disk/z').read()`))).toMatchObject({
      ran: 1,
      said: ['1', '1'],
    });
  });

  it('how much room there is, is run on each', async () => {
    const { ran } = await onBoth(['a=x'], ['b=x'], told(`os.statvfs('disk').f_bsize`));
    expect(ran).toBe(2);
  });

  it('its size, of a directory in memory, is run on disks where that tells how many entries there are', async () => {
    const { ran } = await onBoth(
      ['d/', 'd/a=x'],
      ['d/', 'd/a=x', 'd/b=x'],
      told(`os.stat('disk/d').st_size`),
    );
    expect(ran).toBe(2);
  });
});
