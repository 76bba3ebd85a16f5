import { type ApiCase, tryAll } from './api-case.ts';

/** The API around the calls. */
export const PROMISE_CASES: ApiCase[] = [
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
    claim: 'a bigint is a position for a handle from Node 21 on, and none before',
    needs: 'volume',
    async run(fs, root) {
      await fs.writeFile(`${root}/f`, '0123456789');
      const handle = await fs.open(`${root}/f`, 'r');
      const found = [];
      for (const position of [7n, 5n, 0n]) {
        const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, position as never);
        found.push(buffer.toString());
      }
      await handle.close();
      return found;
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
