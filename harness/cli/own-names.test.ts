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

  const ASKING: readonly (readonly string[])[] = [
    ['run', 'setings'],
    ['needs', 'setings'],
    ['syncs', 'setings'],
    ['fix', 'setings'],
    ['repro', 'setings', '--at', '1'],
  ];

  it('are suggested for a name that is not quite theirs, by every command that takes one', async () => {
    await inProject(async (directory) => {
      for (const argv of ASKING) {
        const { code, stderr } = await run(argv, registry, directory);
        expect([code, stderr]).toEqual([
          254,
          expect.stringMatching(/^blackout: unknown scenario "setings": did you mean "settings"\?[^\n]*\n$/),
        ]);
      }
      await mkdir(join(directory, 'empty'));
      expect((await run(['run', 'empty'], registry, directory)).stderr).toContain(
        'there is no scenario in empty: its files are named as in settings.blackout.js',
      );
    });
  });

  it('may be in files that are broken: each is told by every command, and only where a name is unknown', async () => {
    await inProject(async (directory) => {
      await writeFile(join(directory, 'e.blackout.mjs'), 'export default (');
      await writeFile(join(directory, 'f.blackout.mjs'), 'export default 7;');
      const broken =
        /"lost": .*; it may be in a file that can't be used: \.\/e\.blackout\.mjs can't be imported: [^\n]*; and \.\/f\.blackout\.mjs exports no scenario: [^\n]*\n$/;
      for (const [command, , ...more] of ASKING) {
        const { code, stderr } = await run([command!, 'lost', ...more], registry, directory);
        expect([code, stderr]).toEqual([254, expect.stringMatching(broken)]);
      }
      expect((await run(['run', 'settings', '--model', 'ext4'], registry, directory)).code).toBe(0);
      const listed = await run(['list'], registry, directory);
      expect(listed.stdout).toContain("./e.blackout.mjs can't be imported");
      const json = await run(['list', '--json'], registry, directory);
      expect(JSON.parse(json.stdout)).toHaveLength(3 + registry.length);
      expect(json.stderr).toContain("blackout: ./e.blackout.mjs can't be imported");
      expect(json.stderr).toContain('blackout: ./f.blackout.mjs exports no scenario');
    });
  });

  it('that two files have are not guessed at by repro either', async () => {
    await inProject(async (directory) => {
      await writeFile(join(directory, 'd.blackout.mjs'), SCENARIO('notes'));
      const at = ['repro', 'notes', '--at', '1', '--model', 'ext4'];
      expect((await run(at, registry, directory)).stderr).toBe(
        'blackout: there are two scenarios "notes", in ./c.blackout.mjs and ./d.blackout.mjs: say which with --from ./c.blackout.mjs\n',
      );
      expect((await run([...at, '--from', './d.blackout.mjs'], registry, directory)).code).toBe(0);
      expect((await run([...at, '--from', './deep/a.blackout.mjs'], registry, directory)).stderr).toContain(
        './deep/a.blackout.mjs has no scenario "notes": it has settings',
      );
    });
  });
});
