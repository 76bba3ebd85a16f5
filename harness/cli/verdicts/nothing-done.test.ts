import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scenario } from '../../programs/scenario.ts';
import { explored } from '../testing/explored.ts';

describe('a run that does nothing on the simulated disk', () => {
  it('is unknown, and names the path of the real file system', async () => {
    const real = await mkdtemp(join(tmpdir(), 'blackout-real-'));
    try {
      const ran = await explored(
        scenario({
          name: 'elsewhere',
          run: async () => await writeFile(join(real, 'file'), 'x'),
          check: async () => undefined,
        }),
      );
      expect(ran.code).toBe(2);
      expect(ran.stdout).toMatch(/unknown \(nothing was done on the simulated disk: /);
      expect(ran.stdout).toContain(`but run named ${join(real, 'file')} of the real file system`);
      expect(ran.stdout).not.toContain('PASS');
    } finally {
      await rm(real, { recursive: true });
    }
  });

  it('is unknown too if only the setup did something, which no cut can hurt', async () => {
    const ran = await explored(
      scenario({
        name: 'idle',
        setup: async ({ fs }) => await fs.writeFile('/file', 'x'),
        run: async () => {},
        check: async () => undefined,
      }),
    );
    expect(ran.code).toBe(2);
    expect(ran.stdout).toContain('did they write through the real node:fs');
  });

  it('is told of beside the verdict where a life did other things as well', async () => {
    const real = await mkdtemp(join(tmpdir(), 'blackout-real-'));
    try {
      const ran = await explored(
        scenario({
          name: 'both',
          async run({ fs }) {
            await fs.mkdir('/simulated');
            await writeFile(join(real, 'file'), 'x');
          },
          check: async () => undefined,
        }),
      );
      expect(ran.code).toBe(0);
      expect(ran.stdout).toContain(
        `left out: what it does on the real file system, at ${join(real, 'file')}.`,
      );
    } finally {
      await rm(real, { recursive: true });
    }
  });

  it('passes as soon as one op is made, be it in the recovery', async () => {
    const running = scenario({
      name: 'busy',
      run: async ({ fs }) => await fs.writeFile('/file', 'x'),
      check: async () => undefined,
    });
    expect((await explored(running)).code).toBe(0);
    const recovering = scenario({
      name: 'recovering',
      run: async () => {},
      recover: async ({ fs }) => await fs.writeFile('/file', 'x'),
      check: async () => undefined,
    });
    expect((await explored(recovering)).code).toBe(0);
  });
});
