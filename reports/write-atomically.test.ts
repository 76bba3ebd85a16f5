import { execFile } from 'node:child_process';
import { chmod, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { writeAtomically } from './write-atomically.ts';

async function inDirectory(body: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'blackout-report-'));
  try {
    await body(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

describe('a report file', () => {
  it('replaces an old one whole, and leaves nothing beside it, also when it fails', async () => {
    await inDirectory(async (directory) => {
      const path = join(directory, 'report.json');
      await writeFile(path, 'old');
      await writeAtomically(path, 'new');
      expect(await readFile(path, 'utf8')).toBe('new');
      await expect(writeAtomically(join(directory, 'no', 'report.json'), 'x')).rejects.toThrow('ENOENT');
      await expect(writeAtomically(directory, 'x')).rejects.toThrow('EISDIR');
      expect(await readdir(directory)).toEqual(['report.json']);
    });
  });

  it('is one or the other when two are written at once, and leaves nothing beside it', async () => {
    await inDirectory(async (directory) => {
      const path = join(directory, 'report.json');
      const texts = Array.from({ length: 8 }, (_, i) => String(i).repeat(100_000));
      await Promise.all(texts.map(async (text) => await writeAtomically(path, text)));
      expect(texts).toContain(await readFile(path, 'utf8'));
      expect(await readdir(directory)).toEqual(['report.json']);
    });
  });

  it('keeps the mode of the old one', async () => {
    await inDirectory(async (directory) => {
      const path = join(directory, 'report.json');
      await writeFile(path, 'old');
      await chmod(path, 0o600);
      await writeAtomically(path, 'new');
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    });
  });

  it('leaves links as links, also one that leads to nothing yet, and writes where they lead', async () => {
    await inDirectory(async (directory) => {
      const [target, link, dangling] = ['target', 'link', 'dangling'].map((name) => join(directory, name));
      await writeFile(target!, 'old');
      await symlink('target', link!);
      await symlink('later', dangling!);
      await writeAtomically(link!, 'new');
      await writeAtomically(dangling!, 'new');
      for (const path of [link!, dangling!]) expect((await lstat(path)).isSymbolicLink()).toBe(true);
      expect(await readFile(target!, 'utf8')).toBe('new');
      expect(await readFile(join(directory, 'later'), 'utf8')).toBe('new');
    });
  });

  it('writes into a pipe, and leaves it a pipe', async () => {
    await inDirectory(async (directory) => {
      const path = join(directory, 'pipe');
      await promisify(execFile)('mkfifo', [path]);
      const read = promisify(execFile)('cat', [path]);
      await writeAtomically(path, 'new');
      expect((await read).stdout).toBe('new');
      expect((await stat(path)).isFIFO()).toBe(true);
    });
  });
});
