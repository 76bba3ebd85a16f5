import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inDirectory, run } from '../../harness/cli/testing/fake-io.ts';
import { missing, PYTHON } from './programs.ts';

const WITHOUT = missing('strace', PYTHON);

const SAVE = 'echo a > data/f.tmp; mv data/f.tmp data/f; echo acknowledged: 1; sync data';

describe.skipIf(WITHOUT)(`blackout trace${WITHOUT ?? ''}`, () => {
  it('shows what a program asked of the disk, in order, with its syncs and what it said', async () => {
    await inDirectory(async (cwd) => {
      await mkdir(join(cwd, 'data'));
      const { code, stdout } = await run(['trace', '--dir', 'data', '--', 'sh', '-c', SAVE], [], cwd);
      expect(code).toBe(0);
      expect(stdout.split('\n').map((line) => line.trim())).toEqual([
        '1 create /f.tmp',
        '2 write /f.tmp [0, +2)',
        '3 rename /f.tmp -> /f',
        'it says "acknowledged: 1"',
        '4 fsync /   == sync ==',
        'It ended with 0: 4 ops, 1 sync among them, 0 ops after the last sync. The record leads to what is there now, byte for byte.',
        '',
      ]);
      expect(await readFile(join(cwd, 'data/f'), 'utf8')).toBe('a\n');
    });
  });

  it('writes a scenario to go on from, with the disk as it was before', async () => {
    await inDirectory(async (cwd) => {
      await mkdir(join(cwd, 'data'));
      await writeFile(join(cwd, 'data/f'), 'old');
      const argv = ['trace', '--dir', 'data', '--write', 'save.blackout.mjs', '--', 'sh', '-c', SAVE];
      expect((await run(argv, [], cwd)).stdout).toContain(
        'wrote save.blackout.mjs, and save.before, the disk as it was',
      );
      const text = await readFile(join(cwd, 'save.blackout.mjs'), 'utf8');
      expect(text).toContain(`setup: ['cp', '-a', '{here}/save.before/.', '{dir}']`);
      expect(text).toContain(`run: ['sh', '-c', 'echo a > data/f.tmp; mv`);
      expect(await readFile(join(cwd, 'save.before/f'), 'utf8')).toBe('old');
      const again = await run(argv, [], cwd);
      expect(again).toMatchObject({
        code: 254,
        stderr: 'blackout: --write save.blackout.mjs: it is there already\n',
      });
    });
  });

  it('runs nothing if it can not write where it is to', async () => {
    await inDirectory(async (cwd) => {
      for (const name of ['data', 'other.before']) await mkdir(join(cwd, name));
      await writeFile(join(cwd, 'data/f'), 'old');
      await writeFile(join(cwd, 'save.mjs'), '');
      const write = async (to: string) => {
        const { code, stderr } = await run(
          ['trace', '--dir', 'data', '--write', to, '--', 'sh', '-c', 'echo x > data/g'],
          [],
          cwd,
        );
        return `${code} ${stderr}`;
      };
      const wrong: Readonly<Record<string, string>> = {
        'save.mjs': 'it is there already',
        'none/save.mjs': 'there is no such directory',
        'save.mjs/save.mjs': 'there is no such directory',
        'other.mjs': 'other.before, for the disk as it is before, is there already',
        save: 'a scenario is a module: name it as ./name.blackout.mjs',
        '/proc/save.mjs': 'nothing can be written in its directory',
      };
      for (const [to, why] of Object.entries(wrong))
        expect(await write(to)).toBe(`254 blackout: --write ${to}: ${why}\n`);
      expect(await readdir(join(cwd, 'data'))).toEqual(['f']);
      expect(await write('good.mjs')).toBe('0 ');
      expect(await readFile(join(cwd, 'good.mjs'), 'utf8')).toContain(`name: 'good'`);
      expect(await readdir(join(cwd, 'data'))).toEqual(['f', 'g']);
    });
  });

  it('says what it can not follow, and what is no directory', async () => {
    await inDirectory(async (cwd) => {
      await mkdir(join(cwd, 'data'));
      const maps = `import mmap,os\nf=os.open('data/f',os.O_RDWR|os.O_CREAT)\nos.truncate(f,9)\nmmap.mmap(f,9)`;
      const { code, stderr } = await run(['trace', '--dir', 'data', '--', PYTHON, '-c', maps], [], cwd);
      expect(code).toBe(2);
      expect(stderr).toMatch(
        /^blackout: not followed: mmap of \/f: it is mapped to be shared.*; with --mapped it is looked at$/m,
      );
      const watched = await run(
        ['trace', '--dir', 'data', '--mapped', '--', PYTHON, '-c', `${maps}[0:1]=b'x'`],
        [],
        cwd,
      );
      expect(watched).toMatchObject({ code: 0, stderr: '' });
      expect(watched.stdout).toContain('write /f [0, +9)');
      expect(await run(['trace', '--dir', 'nothing', '--', 'true'], [], cwd)).toMatchObject({
        code: 254,
        stderr: 'blackout: --dir nothing: there is no such directory\n',
      });
    });
  });
});
