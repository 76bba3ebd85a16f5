import { access, chmod, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { openFile } from './open-file.ts';
import { inDirectory, run } from './testing/fake-io.ts';
import { registry } from './testing/registry.ts';

/** A program of this name in the folder, which writes down what it is given, and ends with a code. */
async function fake(folder: string, name: string, code: number): Promise<NodeJS.ProcessEnv> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\nprintf '%s\\n' "$@" > '${join(folder, 'asked')}'\nexit ${code}\n`);
  await chmod(path, 0o755);
  return { PATH: [folder, process.env['PATH']].join(delimiter) };
}

describe('a file', () => {
  it.each([
    ['linux', 'xdg-open', '/tmp/a report.html\n'],
    ['freebsd', 'xdg-open', '/tmp/a report.html\n'],
    ['darwin', 'open', '/tmp/a report.html\n'],
    ['win32', 'cmd', '/c\nstart\n""\n/tmp/a report.html\n'],
  ] as const)('is opened on %s by %s', async (platform, program, asked) => {
    await inDirectory(async (folder) => {
      const env = await fake(folder, program, 0);
      expect(await openFile('/tmp/a report.html', platform, env)).toBeUndefined();
      expect(await readFile(join(folder, 'asked'), 'utf8')).toBe(asked);
    });
  });

  it('that can not be opened leaves a reason: no such program, one that fails, one that is none', async () => {
    await inDirectory(async (folder) => {
      expect(await openFile('/tmp/r.html', 'linux', { PATH: folder })).toBe('there is no xdg-open here');
      const env = await fake(folder, 'xdg-open', 3);
      expect(await openFile('/tmp/r.html', 'linux', env)).toBe('xdg-open failed (3)');
      await chmod(join(folder, 'xdg-open'), 0o644);
      expect(await openFile('/tmp/r.html', 'linux', { PATH: folder })).toBe("xdg-open can't be run (EACCES)");
    });
  });
});

describe('--open', () => {
  const opening = async (
    directory: string,
    argv: readonly string[],
    why?: string,
  ): Promise<{ asked: string[]; code: number; stderr: string }> => {
    const asked: string[] = [];
    const openFile = async (path: string): Promise<string | undefined> => {
      await access(path);
      asked.push(path);
      return why;
    };
    const { code, stderr } = await run(argv, registry, directory, { openFile });
    return { asked, code, stderr };
  };
  const RUN = ['run', 'bad', '--model', 'posix', '--output', 'out'];

  it('opens the page that the run, or the report, has just written, and nothing without it', async () => {
    await inDirectory(async (directory) => {
      const page = join(directory, 'out', 'report.html');
      expect((await opening(directory, RUN)).asked).toEqual([]);
      expect(await opening(directory, [...RUN, '--open'])).toMatchObject({ asked: [page], code: 1 });
      const again = await opening(directory, ['report', 'out', '--output', 'again', '--open']);
      expect(again).toMatchObject({ asked: [join(directory, 'again', 'report.html')], code: 1 });
    });
  });

  it('says in one line why nothing opens, and leaves the verdict as it is', async () => {
    await inDirectory(async (directory) => {
      const { code, stderr } = await opening(directory, [...RUN, '--open'], 'there is no xdg-open here');
      expect(stderr).toMatch(
        /^blackout: --open: there is no xdg-open here: open out\/report\.html yourself$/m,
      );
      expect(code).toBe(1);
      const none = await run([...RUN, '--open'], registry, directory);
      expect(none.stderr).toContain('blackout: --open: nothing here can: open out/report.html yourself\n');
    });
  });

  it('is refused before anything is explored where no page is to be made', async () => {
    await inDirectory(async (directory) => {
      const { code, stderr, asked } = await opening(directory, [...RUN, '--open', '--reporter', 'terminal']);
      expect({ code, asked }).toEqual({ code: 254, asked: [] });
      expect(stderr).toBe('blackout: --open opens the page of --reporter html: add html to --reporter\n');
      await expect(access(join(directory, 'out'))).rejects.toThrow('ENOENT');
    });
  });
});
