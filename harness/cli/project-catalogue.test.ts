import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inDirectory, run } from './testing/fake-io.ts';
import { registry } from './testing/registry.ts';

const SCENARIO = (name: string): string =>
  `{ name: '${name}', async run({ fs }) { await fs.writeFile('/f', 'x'); }, async check() {} }`;

const ENTRY = (name: string, byDefault: boolean): string =>
  `{ name: '${name}', summary: 'one of ours', group: 'Ours', byDefault: ${byDefault}, make: () => (${SCENARIO(name)}) }`;

/** A package with a catalogue of its own, as its package.json says. */
async function inPackage(body: (directory: string) => Promise<void>): Promise<void> {
  await inDirectory(async (directory) => {
    await writeFile(join(directory, 'package.json'), '{ "blackout": { "catalogue": "./ours.mjs" } }');
    const entries = [ENTRY('ours', true), ENTRY('rare', false)];
    await writeFile(join(directory, 'ours.mjs'), `export const catalogue = [${entries.join(', ')}];`);
    await body(directory);
  });
}

describe('a catalogue that package.json names', () => {
  it('is the one that is listed and run, in every folder of the package', async () => {
    await inPackage(async (directory) => {
      await mkdir(join(directory, 'deep'));
      for (const where of [directory, join(directory, 'deep')]) {
        const { stdout } = await run(['list'], registry, where);
        expect(stdout).toMatch(/^Ours\n\* ours +one of ours\n {2}rare/);
        expect(stdout).not.toContain('good');
      }
      const ran = await run(['run', '--model', 'ext4'], registry, directory);
      expect(ran.stdout).toContain('ours\n');
      expect(ran.stdout).not.toContain('rare');
      expect((await run(['run', 'rare', '--model', 'ext4'], registry, directory)).stdout).toContain('rare');
      expect((await run(['run', 'good'], registry, directory)).stderr).toContain('unknown scenario "good"');
    });
  });

  it('is run along with the files of the project, and not left out for them', async () => {
    await inPackage(async (directory) => {
      await writeFile(join(directory, 'own.blackout.mjs'), `export default ${SCENARIO('from-file')};`);
      const { stdout } = await run(['run', '--model', 'ext4'], registry, directory);
      expect(stdout).toContain('ours\n');
      expect(stdout).toContain('from-file\n');
    });
  });

  it('is one line of complaint if it is none, for those who need it', async () => {
    await inPackage(async (directory) => {
      await writeFile(join(directory, 'ours.mjs'), 'export const other = 1;');
      const { code, stderr } = await run(['list'], registry, directory);
      expect([code, stderr]).toEqual([
        254,
        'blackout: ./ours.mjs, which package.json names as its catalogue, exports no scenarios: it must export a list of { name, summary, make, ... }\n',
      ]);
      expect((await run(['models'], registry, directory)).code).toBe(0);
    });
  });

  it('is not looked for in a package above, and a package.json that is none names none', async () => {
    await inPackage(async (directory) => {
      await mkdir(join(directory, 'other'));
      await writeFile(join(directory, 'other/package.json'), '{ no JSON');
      expect((await run(['list'], registry, join(directory, 'other'))).stdout).toContain('good');
    });
  });
});
