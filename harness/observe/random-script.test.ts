import { describe, expect, it } from 'vitest';
import { runScript } from '../disk/script-life.ts';
import { randomly } from '../persistence/choices.ts';
import { randomScript } from './random-script.ts';

const scripts = Array.from({ length: 200 }, (_, seed) => randomScript(randomly(seed)));

describe('a random workload', () => {
  it('runs on the simulated disk, and does something', () => {
    for (const script of scripts) expect(runScript(script).ops.length).toBeGreaterThan(0);
  });

  it('is the same for the same seed, and others for others', () => {
    expect(randomScript(randomly(7))).toEqual(scripts[7]);
    expect(new Set(scripts.map((script) => JSON.stringify(script))).size).toBeGreaterThan(190);
  });

  it('is of every op that tells file systems apart, within two hundred of them', () => {
    const kinds = new Set(scripts.flatMap((script) => script.ops.map(({ op }) => op)));
    const wanted = [
      'fsync',
      'fdatasync',
      'fsyncdir',
      'rename',
      'link',
      'unlink',
      'mkdir',
      'rmdir',
      'symlink',
    ] as const;
    expect([...kinds]).toEqual(
      expect.arrayContaining([...wanted, 'pwrite', 'write', 'ftruncate', 'truncate']),
    );
    expect(JSON.stringify(scripts)).toMatch(/O_DSYNC/);
    expect(JSON.stringify(scripts)).toMatch(/O_TRUNC/);
  });
});
