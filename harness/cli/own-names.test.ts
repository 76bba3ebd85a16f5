import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inDirectory, run } from './testing/fake-io.ts';
import { registry } from './testing/registry.ts';

const SCENARIO = (name: string): string =>
  `export default { name: '${name}', summary: 'of ours', async run({ fs }) { await fs.writeFile('/f', 'x'); }, async check() {} };`;

/** A project with scenarios in two folders; one has the name of a scenario that comes with the command. */
async function inProject(body: (directory: string) => Promise<void>): Promise<void> {
  await inDirectory(async (directory) => {
    await mkdir(join(directory, 'deep'));
    await writeFile(join(directory, 'deep/a.blackout.mjs'), SCENARIO('settings'));
    await writeFile(join(directory, 'deep/b.blackout.mjs'), SCENARIO('bad'));
    await writeFile(join(directory, 'c.blackout.mjs'), SCENARIO('notes'));
    await body(directory);
  });
}

describe("the scenarios of a project's own files", () => {
  it('are run by their names, and by the folder that they are in', async () => {
    await inProject(async (directory) => {
      const named = await run(['run', 'settings', '--model', 'ext4'], registry, directory);
      expect([named.code, named.stdout]).toEqual([0, expect.stringContaining('PASS  1 run')]);
      for (const folder of ['deep', './deep', 'deep/', join(directory, 'deep')]) {
        const { stdout } = await run(['run', folder, '--model', 'ext4'], registry, directory);
        expect(stdout).toMatch(/^settings\n/m);
        expect(stdout).toMatch(/^bad\n/m);
        expect(stdout).not.toMatch(/^notes\n/m);
      }
    });
  });

  it('go before those of the same name that come with the command', async () => {
    await inProject(async (directory) => {
      expect((await run(['run', 'bad', '--model', 'ext4'], registry, directory)).code).toBe(0);
      expect((await run(['run', 'bad', '--model', 'ext4'], registry, join(directory, 'deep'))).code).toBe(0);
    });
    // Elsewhere the name is that of a scenario that fails.
    expect((await run(['run', 'bad', '--model', 'ext4'], registry, '/')).code).toBe(1);
  });

  it('are found again by what a crash point is reproduced with', async () => {
    await inProject(async (directory) => {
      const ran = await run(['repro', 'settings', '--at', '1', '--model', 'ext4'], registry, directory);
      expect([ran.code, ran.stderr]).toEqual([0, '']);
      const [, token] = /repro '([^']+)'/.exec(ran.stdout)!;
      expect((await run(['repro', token!], registry, directory)).code).toBe(0);
    });
  });

  it('are listed first, as what is run without names', async () => {
    await inProject(async (directory) => {
      const { stdout } = await run(['list'], registry, directory);
      expect(stdout).toMatch(/^\.\/c\.blackout\.mjs\n\* notes +of ours\n/);
      expect(stdout).toMatch(/^ {2}good /m);
      const listed = JSON.parse((await run(['list', '--json'], registry, directory)).stdout) as {
        name: string;
        byDefault: boolean;
      }[];
      expect(listed.filter(({ byDefault }) => byDefault).map(({ name }) => name)).toEqual([
        'notes',
        'settings',
        'bad',
      ]);
    });
  });

  it('are each the only one of their name, or have to be named by their file', async () => {
    await inProject(async (directory) => {
      await writeFile(join(directory, 'd.blackout.mjs'), SCENARIO('notes'));
      const { code, stderr } = await run(['run', 'notes'], registry, directory);
      expect([code, stderr]).toEqual([
        254,
        'blackout: there are two scenarios "notes", in ./c.blackout.mjs and ./d.blackout.mjs: name the file\n',
      ]);
    });
  });

  it('are suggested, and one that is broken is told only if it may be the one that was meant', async () => {
    await inProject(async (directory) => {
      expect((await run(['run', 'setings'], registry, directory)).stderr).toContain(
        'unknown scenario "setings": did you mean "settings"?',
      );
      await mkdir(join(directory, 'empty'));
      expect((await run(['run', 'empty'], registry, directory)).stderr).toContain(
        'there is no scenario in empty: its files are named as in settings.blackout.js',
      );
      await writeFile(join(directory, 'e.blackout.mjs'), 'export default (');
      expect((await run(['run', 'setings'], registry, directory)).stderr).toContain(
        "./e.blackout.mjs can't be imported",
      );
      expect((await run(['run', 'settings', '--model', 'ext4'], registry, directory)).code).toBe(0);
      expect((await run(['list'], registry, directory)).stdout).toContain(
        "./e.blackout.mjs can't be imported",
      );
    });
  });
});
