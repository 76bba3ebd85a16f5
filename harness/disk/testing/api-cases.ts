import type * as real from 'node:fs/promises';

/** A `node:fs/promises`, real or not. */
export type Promises = typeof real;

/** One thing that a program may do with a file system, and what it sees. `root` is an empty directory. */
export interface ApiCase {
  readonly claim: string;
  /** Which parts of the API the case needs beyond the facade's. */
  readonly needs?: 'volume';
  readonly run: (fs: Promises, root: string) => Promise<unknown>;
}

/** What a call comes to: its answer, or all of the error that a program can see. */
export async function outcome(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    const { name, code, syscall, errno, path, dest } = error as NodeJS.ErrnoException & { dest?: string };
    return { name, code, syscall, errno, path, dest };
  }
}

const shape = (stat: { mode: number; nlink: number; size: number; isDirectory(): boolean }): unknown => ({
  mode: stat.mode.toString(8),
  nlink: stat.nlink,
  size: stat.isDirectory() ? undefined : stat.size,
});

async function tryAll(...calls: (() => Promise<unknown>)[]): Promise<unknown[]> {
  const results = [];
  for (const call of calls) results.push(await outcome(call));
  return results;
}

/** Renames, links and removals: where a wrong answer turns a crash tester into a liar. */
const NAMES: ApiCase[] = [
  {
    claim: 'a directory is empty again after a file was renamed over another in it and removed',
    run: (fs, root) =>
      tryAll(
        () => fs.mkdir(`${root}/d`),
        () => fs.writeFile(`${root}/d/a`, 'a'),
        () => fs.writeFile(`${root}/d/b`, 'b'),
        () => fs.rename(`${root}/d/a`, `${root}/d/b`),
        () => fs.unlink(`${root}/d/b`),
        () => fs.rmdir(`${root}/d`),
      ),
  },
  {
    claim: 'a rename lowers the link count of the file that it replaces, also as an open descriptor sees it',
    async run(fs, root) {
      await fs.writeFile(`${root}/a`, 'a');
      await fs.writeFile(`${root}/b`, 'b');
      await fs.link(`${root}/b`, `${root}/b2`);
      const handle = await fs.open(`${root}/b`);
      await fs.rename(`${root}/a`, `${root}/b`);
      const seen = [(await fs.stat(`${root}/b2`)).nlink, (await handle.stat()).nlink];
      await handle.close();
      return seen;
    },
  },
  {
    claim: 'a rename between two names of one file does nothing',
    async run(fs, root) {
      await fs.writeFile(`${root}/a`, 'a');
      await fs.link(`${root}/a`, `${root}/b`);
      await fs.rename(`${root}/a`, `${root}/b`);
      return (await fs.readdir(root)).sort();
    },
  },
  {
    claim: 'a directory replaces neither a directory that is not empty nor a file, and a file no directory',
    async run(fs, root) {
      await fs.mkdir(`${root}/d/e`, { recursive: true });
      await fs.mkdir(`${root}/x`);
      await fs.writeFile(`${root}/f`, '');
      return tryAll(
        () => fs.rename(`${root}/x`, `${root}/d`),
        () => fs.rename(`${root}/x`, `${root}/f`),
        () => fs.rename(`${root}/f`, `${root}/x`),
        () => fs.rename(`${root}/d`, `${root}/d/e/y`),
        () => fs.rename(`${root}/x`, `${root}/d/e`),
      );
    },
  },
  {
    claim: 'a renamed symlink moves itself and not its target, dangling or not',
    async run(fs, root) {
      await fs.writeFile(`${root}/f`, 'f');
      await fs.symlink('f', `${root}/l`);
      await fs.symlink('gone', `${root}/m`);
      await fs.rename(`${root}/l`, `${root}/l2`);
      await fs.rename(`${root}/m`, `${root}/m2`);
      return [
        (await fs.readdir(root)).sort(),
        await fs.readlink(`${root}/l2`),
        await fs.readlink(`${root}/m2`),
      ];
    },
  },
  {
    claim: 'renames and new directories work below a symlinked parent, and a file is none',
    async run(fs, root) {
      await fs.mkdir(`${root}/d`);
      await fs.symlink('d', `${root}/l`);
      await fs.symlink('loop', `${root}/loop`);
      await fs.writeFile(`${root}/f`, '');
      return tryAll(
        () => fs.mkdir(`${root}/l/x`),
        () => fs.rename(`${root}/f`, `${root}/l/f`),
        () => fs.link(`${root}/d/f`, `${root}/d/f/g`),
        () => fs.mkdir(`${root}/loop/x`),
        () => fs.readdir(`${root}/d`),
      );
    },
  },
  {
    claim: 'a slash at the end asks for a directory',
    async run(fs, root) {
      await fs.writeFile(`${root}/a`, '');
      return tryAll(
        () => fs.rename(`${root}/a`, `${root}/b/`),
        () => fs.unlink(`${root}/a/`),
        () => fs.stat(`${root}/a/`),
        () => fs.mkdir(`${root}/d/`),
        () => fs.readdir(root),
      );
    },
  },
  {
    claim: 'paths are walked physically',
    async run(fs, root) {
      await fs.mkdir(`${root}/d/e`, { recursive: true });
      await fs.writeFile(`${root}/d/f`, 'in d');
      await fs.writeFile(`${root}/f`, 'in root');
      await fs.symlink('d/e', `${root}/l`);
      return tryAll(
        () => fs.readFile(`${root}/l/../f`, 'utf8'),
        () => fs.stat(`${root}/missing/../f`),
        () => fs.rmdir(`${root}/d/.`),
        () => fs.rmdir(`${root}/d/..`),
      );
    },
  },
  {
    claim: 'directories are not linked and not unlinked',
    async run(fs, root) {
      await fs.mkdir(`${root}/d`);
      return tryAll(
        () => fs.link(`${root}/d`, `${root}/e`),
        () => fs.unlink(`${root}/d`),
      );
    },
  },
  {
    claim: 'rm removes one name of several, and a symlink instead of its target',
    async run(fs, root) {
      await fs.writeFile(`${root}/a`, 'a');
      await fs.link(`${root}/a`, `${root}/b`);
      await fs.symlink('a', `${root}/l`);
      await fs.mkdir(`${root}/t/u`, { recursive: true });
      await fs.symlink('../a', `${root}/t/l`);
      await fs.rm(`${root}/b`);
      await fs.rm(`${root}/l`);
      await fs.rm(`${root}/t`, { recursive: true });
      await fs.rm(`${root}/none`, { force: true });
      return [await fs.readdir(root), shape(await fs.stat(`${root}/a`))];
    },
  },
  {
    claim: 'mkdir -p tells the first directory that it made, and minds files in its way',
    async run(fs, root) {
      await fs.writeFile(`${root}/f`, '');
      return tryAll(
        () => fs.mkdir(`${root}/a/b/c`, { recursive: true }),
        () => fs.mkdir(`${root}/a/b/c`, { recursive: true }),
        () => fs.mkdir(`${root}/f`, { recursive: true }),
        () => fs.mkdir(`${root}/f/g`, { recursive: true }),
      );
    },
  },
  {
    claim: 'names and paths have their lengths',
    async run(fs, root) {
      const found = await tryAll(
        () => fs.writeFile(`${root}/${'n'.repeat(255)}`, ''),
        () => fs.writeFile(`${root}/${'n'.repeat(256)}`, ''),
        () => fs.stat(`${root}/${'d/'.repeat(2100)}`),
      );
      return found.map((each) => (each as { code?: string } | undefined)?.code);
    },
  },
];

/** Descriptors, contents, attributes. */
const FILES: ApiCase[] = [
  {
    claim: 'a descriptor does only what it was opened for',
    async run(fs, root) {
      await fs.writeFile(`${root}/f`, 'data');
      const reader = await fs.open(`${root}/f`, 'r');
      const writer = await fs.open(`${root}/f`, 'r+');
      const only = await fs.open(`${root}/f`, 'a');
      const dir = await fs.open(root);
      const found = await tryAll(
        () => reader.write(Buffer.from('x'), 0, 1, 0),
        () => reader.truncate(0),
        () => only.read(Buffer.alloc(1), 0, 1, 0),
        () => dir.read(Buffer.alloc(1), 0, 1, 0),
        () => dir.sync(),
        () => fs.readFile(root),
      );
      for (const handle of [reader, writer, only, dir]) await handle.close();
      return found;
    },
  },
  {
    claim: 'an unlinked file lives on in its descriptor, and its number is not given away',
    async run(fs, root) {
      const handle = await fs.open(`${root}/a`, 'w+');
      const { ino } = await handle.stat();
      await fs.unlink(`${root}/a`);
      await fs.writeFile(`${root}/b`, 'b');
      await handle.write(Buffer.from('still'), 0, 5, 0);
      const { bytesRead } = await handle.read(Buffer.alloc(9), 0, 9, 0);
      const seen = [ino === (await fs.stat(`${root}/b`)).ino, bytesRead, (await handle.stat()).nlink];
      await handle.close();
      return seen;
    },
  },
  {
    claim: 'stat shows type, mode under the umask, links and size of files, directories and symlinks',
    async run(fs, root) {
      await fs.writeFile(`${root}/f`, 'x'.repeat(5000));
      await fs.mkdir(`${root}/d/e`, { recursive: true });
      await fs.symlink('d/e', `${root}/l`);
      await fs.writeFile(`${root}/m`, '', { mode: 0o777 });
      const seen = [];
      for (const name of ['f', 'd', 'l', 'm']) seen.push(shape(await fs.lstat(`${root}/${name}`)));
      return seen;
    },
  },
  {
    claim: 'st_blocks counts what a file takes',
    async run(fs, root) {
      await fs.writeFile(`${root}/f`, 'x'.repeat(5000));
      await fs.writeFile(`${root}/empty`, '');
      return [(await fs.stat(`${root}/f`)).blocks, (await fs.stat(`${root}/empty`)).blocks];
    },
  },
  {
    claim: 'chmod leaves the time of the last write alone, and no mode stops root',
    async run(fs, root) {
      await fs.writeFile(`${root}/f`, 'x');
      await fs.utimes(`${root}/f`, 10, 20);
      await fs.chmod(`${root}/f`, 0o600);
      const { atimeMs, mtimeMs } = await fs.stat(`${root}/f`);
      if (process.getuid?.() === 0) await fs.chmod(`${root}/f`, 0);
      return [atimeMs, mtimeMs, await fs.readFile(`${root}/f`, 'utf8')];
    },
  },
  {
    claim: 'writes at offsets, appends and truncations meet as they do in a kernel',
    async run(fs, root) {
      const handle = await fs.open(`${root}/f`, 'w+');
      await handle.write('hello', 4090);
      await handle.write(Buffer.from('abcdef'), 2, 3, 0);
      await handle.truncate(9000);
      await handle.truncate(4093);
      await handle.truncate(4096);
      await handle.writeFile('tail');
      await handle.close();
      await fs.appendFile(`${root}/f`, '!');
      await fs.truncate(`${root}/f`, 4000);
      await fs.truncate(`${root}/f`, 4097);
      return (await fs.readFile(`${root}/f`)).toString('hex').replace(/0{20,}/g, '..');
    },
  },
  {
    claim: 'the flags of open mean what they mean in Node',
    async run(fs, root) {
      await fs.writeFile(`${root}/f`, 'f');
      await fs.symlink('made', `${root}/dangling`);
      const open = async (name: string, flags?: string | number): Promise<string> => {
        const handle = await fs.open(`${root}/${name}`, flags);
        await handle.close();
        return 'opened';
      };
      const calls = [
        ['f', 'wx'],
        ['f', 'ax'],
        ['g', 'r'],
        ['g', 'r+'],
        ['new', 'as'],
        ['new', 'as+'],
        ['new', undefined],
        ['dangling', 'wx'],
        ['dangling', 'w'],
        ['', 'w'],
        ['f', 0o200000],
        ['dangling', 0o400000],
        ['f', 'no such flag'],
      ] as const;
      const found = await tryAll(
        ...calls.map(
          ([name, flags]) =>
            () =>
              open(name, flags),
        ),
      );
      return [found, (await fs.readdir(root)).sort()];
    },
  },
  {
    claim: 'copyFile copies contents and mode, and minds COPYFILE_EXCL',
    async run(fs, root) {
      await fs.writeFile(`${root}/a`, 'contents', { mode: 0o640 });
      await fs.mkdir(`${root}/d`);
      return tryAll(
        () => fs.copyFile(`${root}/a`, `${root}/b`),
        async () => shape(await fs.stat(`${root}/b`)),
        () => fs.copyFile(`${root}/a`, `${root}/b`, 1),
        () => fs.copyFile(`${root}/none`, `${root}/c`),
        () => fs.copyFile(`${root}/d`, `${root}/c`),
        () => fs.copyFile(`${root}/a`, `${root}/d`),
        () => fs.readdir(root),
      );
    },
  },
];

/** The API around the calls. */
const API: ApiCase[] = [
  {
    claim: 'calls on a closed handle fail with EBADF, and closing twice is fine',
    async run(fs, root) {
      const handle = await fs.open(`${root}/f`, 'w');
      await handle.close();
      await handle.close();
      const found = await tryAll(
        () => handle.sync(),
        () => handle.datasync(),
        () => handle.stat(),
        () => handle.read(Buffer.alloc(1), 0, 1, 0),
        () => handle.writeFile('x'),
      );
      return found.map((each) => (each as { code: string }).code);
    },
  },
  {
    claim: 'writeFile takes strings, views and what comes in pieces',
    async run(fs, root) {
      async function* pieces(): AsyncGenerator<string | Uint8Array> {
        yield 'one ';
        yield Buffer.from('two ');
      }
      await fs.writeFile(`${root}/a`, pieces());
      await fs.appendFile(`${root}/a`, new Uint16Array([0x4142]) as never);
      await fs.writeFile(`${root}/b`, ['x', 'y']);
      await fs.writeFile(`${root}/c`, '616263', 'hex');
      const found = [];
      for (const name of ['a', 'b', 'c']) found.push(await fs.readFile(`${root}/${name}`, 'utf8'));
      return found;
    },
  },
  {
    claim: 'what is no data and no path is refused',
    run: (fs, root) =>
      tryAll(
        () => fs.writeFile(`${root}/a`, 5 as never),
        () => fs.writeFile(`${root}/a`, {} as never),
        () => fs.readFile(`${root}/a\0b`),
        () => fs.stat(7 as never),
        () => fs.writeFile(`${root}/a`, 'x', { encoding: 'no such' as never }),
        () => fs.readdir(root),
      ),
  },
  {
    claim: 'an aborted signal stops reads and writes before they begin',
    async run(fs, root) {
      const signal = AbortSignal.abort();
      await fs.writeFile(`${root}/f`, 'old');
      return tryAll(
        () => fs.readFile(`${root}/f`, { signal }),
        () => fs.writeFile(`${root}/f`, 'new', { signal }),
        () => fs.writeFile(`${root}/g`, ['new'], { signal }),
        () => fs.readFile(`${root}/f`, 'utf8'),
        () => fs.readdir(root),
      );
    },
  },
  {
    claim: 'readdir shows types and parents',
    async run(fs, root) {
      await fs.mkdir(`${root}/d`);
      await fs.writeFile(`${root}/f`, '');
      await fs.symlink('f', `${root}/l`);
      const entries = await fs.readdir(root, { withFileTypes: true });
      return entries
        .map((entry) => [
          entry.name,
          entry.parentPath === root,
          entry.isFile(),
          entry.isDirectory(),
          entry.isSymbolicLink(),
        ])
        .sort((left, right) => (String(left) < String(right) ? -1 : 1));
    },
  },
  {
    claim: 'realpath, access and readlink agree with the kernel',
    async run(fs, root) {
      await fs.mkdir(`${root}/d`);
      await fs.writeFile(`${root}/d/f`, '', { mode: 0o644 });
      await fs.symlink('d/../d/f', `${root}/l`);
      return tryAll(
        () => fs.realpath(`${root}/l`),
        () => fs.realpath(`${root}/none`),
        () => fs.access(`${root}/l`, 4),
        () => fs.access(`${root}/l`, 1),
        () => fs.access(`${root}/none`),
        () => fs.readlink(`${root}/l`),
        () => fs.readlink(`${root}/d`),
      );
    },
  },
  {
    claim: "errors carry Node's code, number, call and paths",
    run: (fs, root) =>
      tryAll(
        () => fs.open(`${root}/a`),
        () => fs.rename(`${root}/a`, `${root}/b`),
        () => fs.link(`${root}/a`, `${root}/b`),
        () => fs.symlink('', `${root}/b`),
        () => fs.readdir(`${root}/a`),
        () => fs.truncate(`${root}/a`),
        () => fs.rm(`${root}/a`),
        () => fs.chmod(`${root}/a`, 0o600),
        () => fs.utimes(`${root}/a`, 1, 1),
        () => fs.lstat(`${root}/a`),
        () => fs.unlink(`${root}/a`),
        () => fs.rmdir(`${root}/a`),
        () => fs.mkdir(`${root}/a/b`),
      ),
  },
  {
    claim: 'readLines reads lines',
    needs: 'volume',
    async run(fs, root) {
      await fs.writeFile(`${root}/f`, 'one\r\ntwo\nthree');
      const handle = await fs.open(`${root}/f`);
      const lines = [];
      for await (const line of handle.readLines()) lines.push(line);
      return lines;
    },
  },
  {
    claim: 'streams read and write',
    needs: 'volume',
    async run(fs, root) {
      const out = (await fs.open(`${root}/f`, 'w')).createWriteStream();
      await new Promise((resolve) => out.end('streamed', () => resolve(null)));
      const parts = [];
      for await (const part of (await fs.open(`${root}/f`)).createReadStream()) parts.push(String(part));
      return parts;
    },
  },
  {
    claim: 'cp -r copies a tree, and opendir lists one',
    needs: 'volume',
    async run(fs, root) {
      await fs.mkdir(`${root}/t/u`, { recursive: true });
      await fs.writeFile(`${root}/t/u/f`, 'f');
      await fs.cp(`${root}/t`, `${root}/v`, { recursive: true });
      const names = [];
      for await (const entry of await fs.opendir(`${root}/v`)) names.push(entry.name);
      return [names, await fs.readFile(`${root}/v/u/f`, 'utf8')];
    },
  },
];

export const API_CASES: readonly ApiCase[] = [...NAMES, ...FILES, ...API];
