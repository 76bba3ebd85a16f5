import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { registry } from './testing/registry.ts';
import { inDirectory, run, type Ran } from './testing/fake-io.ts';

async function needs(...argv: string[]): Promise<Ran> {
  let ran: Ran | undefined;
  await inDirectory(async (directory) => {
    ran = await run(['needs', ...argv], registry, directory);
  });
  return ran!;
}

describe('blackout needs', () => {
  it('finds where a program holds, tells why nothing holds on a drive that lies, and ends with 0', async () => {
    const ran = await needs('good');
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^ {2}✓ ext4-noauto +holds: \d+ states, closed {3}weaker than ext4$/m);
    expect(ran.stdout).toMatch(/^ {2}✓ posix\+tears +holds in \d+ states, as far as it was looked at/m);
    expect(ran.stdout).toMatch(/^ {2}✗ sequential\+lying +breaks: /m);
    // Under torn pages only a part was looked at: nobody knows.
    expect(ran.stdout).toMatch(/^The weakest disks that it survives: (?!.*\+tears).*posix/m);
    expect(ran.stdout).toMatch(/^Not looked at in full, so not known: ext4\+tears, posix\+tears\.$/m);
    expect(ran.stdout).toMatch(
      /^Under sequential\+lying: .*\n {2}No such program can hold there: nothing that was synced/m,
    );
    expect(ran.stdout).toMatch(/reproduce: npx blackout repro 'good:sequential\+lying:/);
  });

  it('names the strongest disks that a program without an fsync breaks on, with the smallest story, and ends with 1', async () => {
    const ran = await needs('bad');
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(
      /^The strongest disks that it breaks on: ext4, xfs, btrfs, sequential\+lying\.$/m,
    );
    expect(ran.stdout).toMatch(/^ {2}✓ process-kill /m);
    expect(ran.stdout).toContain('the power goes off here');
  });

  it('asks the models that it is told, and no others', async () => {
    const ran = await needs('bad', '--model', 'process-kill');
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain(
      'The weakest disks that it survives: process-kill.\nIt breaks on none of these disks.',
    );
  });

  it('calls it unknown when a check can not tell, and ends with 2', async () => {
    expect((await needs('unsure', '--model', 'posix')).code).toBe(2);
  });

  it('refuses a module with several scenarios: their lattices would be one', async () => {
    await inDirectory(async (directory) => {
      const one = (name: string): string =>
        `export const ${name} = { name: '${name}', run: async () => {}, check: async () => undefined };\n`;
      await writeFile(join(directory, 'two.mjs'), `${one('first')}${one('second')}`);
      const ran = await run(['needs', './two.mjs'], registry, directory);
      expect(ran).toMatchObject({ code: 254, stdout: '' });
      expect(ran.stderr).toBe(
        'blackout: ./two.mjs has several scenarios (first, second): give it one at a time\n',
      );
    });
  });

  it('ends with 130 when it is interrupted', async () => {
    await inDirectory(async (directory) => {
      const argv = ['needs', 'good', '--model', 'posix'];
      expect((await run(argv, registry, directory, { interruptAt: 3 })).code).toBe(130);
    });
  });

  it('refuses a scenario that there is not, in one line', async () => {
    const ran = await needs('godo');
    expect(ran).toMatchObject({ code: 254, stdout: '' });
    expect(ran.stderr).toMatch(/^blackout: unknown scenario "godo": did you mean "good"\?[^\n]*\n$/);
  });
});
