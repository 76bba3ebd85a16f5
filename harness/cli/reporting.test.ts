import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockOutput } from './output-lock.ts';
import { inDirectory, run } from './testing/fake-io.ts';
import { registry } from './testing/registry.ts';

const LOCK = '.blackout-lock';

describe('the report folder', () => {
  it('belongs to one command at a time, and to the next one when that is done', async () => {
    await inDirectory(async (directory) => {
      await mkdir(join(directory, 'out'));
      const unlock = await lockOutput(join(directory, 'out'));
      const argv = ['run', 'good', '--model', 'posix', '--output', 'out'];
      const refused = await run(argv, registry, directory);
      expect(refused).toMatchObject({ code: 254, stdout: '' });
      expect(refused.stderr).toMatch(/^blackout: --output out: process \d+ is writing there; .*\n$/);
      await unlock();
      expect((await run(argv, registry, directory)).code).toBe(0);
      expect(await readdir(join(directory, 'out'))).not.toContain(LOCK);
    });
  });

  it.each(['', 'no number', '999999999', String(process.pid), `${process.ppid} another-boot:1`])(
    'is taken over from a lock that nobody holds: %j',
    async (holder) => {
      await inDirectory(async (directory) => {
        await writeFile(join(directory, LOCK), holder);
        const unlock = await lockOutput(directory);
        await unlock();
        expect(await readdir(directory)).toEqual([]);
      });
    },
  );

  it('is not taken over from a process that is there', async () => {
    await inDirectory(async (directory) => {
      await writeFile(join(directory, LOCK), String(process.ppid));
      await expect(lockOutput(directory)).rejects.toThrow(`process ${process.ppid} is writing there`);
    });
  });

  it('is let go of when the command fails, too', async () => {
    await inDirectory(async (directory) => {
      await mkdir(join(directory, 'blackout-report/events.jsonl'), { recursive: true });
      const failed = await run(['run', 'good', '--model', 'posix'], registry, directory);
      expect(failed).toMatchObject({ code: 254 });
      expect(await readdir(join(directory, 'blackout-report'))).toEqual(['events.jsonl']);
    });
  });
});

describe('a report that replaces another', () => {
  const first = ['run', 'bad', '--model', 'posix'];

  it('says so where that was the failure of something else', async () => {
    await inDirectory(async (directory) => {
      await run(first, registry, directory);
      const { stderr } = await run(['run', 'good', '--model', 'posix'], registry, directory);
      expect(stderr).toBe(
        'blackout: --output blackout-report held the FAIL of `run bad --model posix`: it is replaced\n',
      );
    });
  });

  it('says nothing where it is the same run again, or what it replaces was a pass', async () => {
    await inDirectory(async (directory) => {
      await run(first, registry, directory);
      expect((await run(first, registry, directory)).stderr).toBe('');
      await run(['run', 'good', '--model', 'posix'], registry, directory);
      expect((await run(first, registry, directory)).stderr).toBe('');
    });
  });
});

describe('--json', () => {
  it('refuses a directory before anything is explored', async () => {
    await inDirectory(async (directory) => {
      const { code, stderr } = await run(['run', 'good', '--json', '.'], registry, directory);
      expect({ code, stderr }).toEqual({ code: 254, stderr: 'blackout: --json .: it is a directory\n' });
    });
  });
});
