import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeAtomically } from './write-atomically.ts';

describe('a report file', () => {
  it('replaces an old one whole, and leaves nothing beside it, also when it fails', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'blackout-report-'));
    try {
      const path = join(directory, 'report.json');
      await writeFile(path, 'old');
      await writeAtomically(path, 'new');
      expect(await readFile(path, 'utf8')).toBe('new');
      await expect(writeAtomically(join(directory, 'no', 'report.json'), 'x')).rejects.toThrow('ENOENT');
      await expect(writeAtomically(directory, 'x')).rejects.toThrow();
      expect(await readdir(directory)).toEqual(['report.json']);
      expect(await readdir(join(directory, '..'))).not.toContain(`${directory}.tmp`);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});
