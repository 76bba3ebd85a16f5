import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { shownPath } from './shown-path.ts';
import { readFrame } from './user-frames.ts';

afterEach(() => void vi.restoreAllMocks());

describe('a source file, as stories and messages name it', () => {
  it('is relative where one stands above it, and absolute elsewhere, so that a click opens it in both cases', () => {
    vi.spyOn(process, 'cwd').mockReturnValue('/home/me/app');
    expect(shownPath('/home/me/app/lib/save.js')).toBe('lib/save.js');
    expect(shownPath('/home/me/lib/save.js')).toBe('/home/me/lib/save.js');
    // Its name begins alike, and it is another one.
    expect(shownPath('/home/me/app-2/save.js')).toBe('/home/me/app-2/save.js');
  });

  it('is absolute in a frame that leads outside, also by way of the map of what a compiler wrote', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'blackout-places-'));
    try {
      const map = { version: 3, sources: ['save.ts'], names: [], mappings: 'AAEA' };
      await writeFile(join(elsewhere, 'save.ts'), '\n\nwrite();\n');
      await writeFile(join(elsewhere, 'save.js.map'), JSON.stringify(map));
      await writeFile(join(elsewhere, 'save.js'), 'write();\n//# sourceMappingURL=save.js.map\n');
      const place = (file: string): unknown => readFrame(`    at save (${file}:1:1)`)?.place;
      const wanted = { file: join(elsewhere, 'save.ts'), line: 3, column: 1 };
      expect(place(join(elsewhere, 'save.js'))).toEqual(wanted);
      expect(place(pathToFileURL(join(elsewhere, 'save.js')).href)).toEqual(wanted);
      vi.spyOn(process, 'cwd').mockReturnValue(elsewhere);
      expect(place(join(elsewhere, 'save.js'))).toEqual({ ...wanted, file: 'save.ts' });
    } finally {
      await rm(elsewhere, { recursive: true });
    }
  });
});
