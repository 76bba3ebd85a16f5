import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonReport, writeAtomically } from './json.ts';
import { reportSchema, type Report } from './schema.ts';

const EMPTY: Report = {
  schemaVersion: 1,
  tool: { name: 'blackout', version: '0.1.0' },
  startedAt: '2026-01-01T00:00:00.000Z',
  elapsedMs: 5,
  seed: 1,
  verdict: 'converged',
  interrupted: false,
  runs: [],
};

describe('report.json', () => {
  it('is read back by its schema as it was', () => {
    expect(reportSchema.parse(JSON.parse(jsonReport(EMPTY)))).toEqual(EMPTY);
  });

  it('is not written if it breaks the schema, or has another version', () => {
    expect(() => jsonReport({ ...EMPTY, verdict: 'fine' as 'converged' })).toThrow();
    expect(() => jsonReport({ ...EMPTY, schemaVersion: 2 as 1 })).toThrow();
  });

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
