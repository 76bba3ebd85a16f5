import { type ApiCase, shape, tryAll } from './api-case.ts';

/** Renames, links and removals: where a wrong answer turns a crash tester into a liar. */
export const NAME_CASES: ApiCase[] = [
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
