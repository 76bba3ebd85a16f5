import { type ApiCase, shape, tryAll } from './api-case.ts';

/** Descriptors, contents, attributes. */
export const FILE_CASES: ApiCase[] = [
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
