import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inDirectory, run } from './testing/fake-io.ts';
import { registry } from './testing/registry.ts';

const SCENARIO = (name: string): string =>
  `export default { name: '${name}', async run({ fs }) { await fs.writeFile('/f', 'x'); }, async check() {} };`;

describe('blackout init', () => {
  it('writes an example, a script and a workflow, and says what it wrote; the second time it leaves all alone', async () => {
    await inDirectory(async (directory) => {
      await writeFile(
        join(directory, 'package.json'),
        '{\n    "name": "mine",\n    "scripts": { "test": "x" }\n}\n',
      );
      const first = await run(['init'], registry, directory);
      expect(first).toMatchObject({ code: 0, stderr: '' });
      expect(first.stdout.split('\n')).toEqual([
        expect.stringMatching(/^wrote blackout\/settings\.mjs: /),
        expect.stringMatching(/^wrote blackout\/settings\.blackout\.mjs: /),
        expect.stringMatching(/^wrote \.github\/workflows\/blackout\.yml: /),
        'added the script "blackout" to package.json: blackout run',
        '',
        'Now: npx blackout run',
        '',
      ]);
      const manifest = await readFile(join(directory, 'package.json'), 'utf8');
      expect(JSON.parse(manifest)).toEqual({
        name: 'mine',
        scripts: { test: 'x', blackout: 'blackout run' },
      });
      expect(manifest).toContain('\n    "name"');
      await writeFile(join(directory, 'blackout/settings.mjs'), 'mine');
      const second = await run(['init'], registry, directory);
      expect(second.stdout.match(/^left /gm)).toHaveLength(4);
      expect(await readFile(join(directory, 'blackout/settings.mjs'), 'utf8')).toBe('mine');
      expect(await readFile(join(directory, 'package.json'), 'utf8')).toBe(manifest);
    });
  });

  it('wants a package', async () => {
    await inDirectory(async (directory) => {
      const { code, stderr } = await run(['init'], registry, directory);
      expect([code, stderr]).toEqual([254, expect.stringContaining('there is no package.json here')]);
    });
  });
});

describe('blackout run without names', () => {
  it("runs the project's own scenarios, wherever they are, and no one else's", async () => {
    await inDirectory(async (directory) => {
      await mkdir(join(directory, 'lib/deep'), { recursive: true });
      await mkdir(join(directory, 'node_modules/x'), { recursive: true });
      await writeFile(join(directory, 'lib/deep/own.blackout.mjs'), SCENARIO('own'));
      await writeFile(join(directory, 'b.blackout.mjs'), SCENARIO('second'));
      await writeFile(join(directory, 'node_modules/x/foreign.blackout.mjs'), SCENARIO('foreign'));
      const { stdout } = await run(['run', '--model', 'ext4'], registry, directory);
      expect(stdout).toContain('own');
      expect(stdout).toContain('second');
      expect(stdout).not.toContain('foreign');
      expect(stdout).not.toContain('good');
    });
  });

  it('runs those that come with the command where there are none', async () => {
    await inDirectory(async (directory) => {
      expect((await run(['run', '--model', 'ext4'], registry, directory)).stdout).toContain('good');
    });
  });
});
