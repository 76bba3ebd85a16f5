import { describe, expect, it } from 'vitest';
import { inDirectory, run } from '../../harness/cli/testing/fake-io.ts';
import { traced } from '../../harness/index.ts';
import { missing } from './programs.ts';

const WITHOUT = missing('strace');

const sh = (...lines: readonly string[]): readonly string[] => ['sh', '-ec', lines.join('\n')];

/** A replace through a temporary file, as a shell does it. */
async function asked(command: string, ...lines: readonly string[]): Promise<string> {
  const scenario = traced({
    name: 'save',
    setup: sh('echo old > data/f'),
    run: sh(...lines),
    recover: sh('rm -f data/f.tmp'),
    check: [
      ...sh(
        '[ "$(cat data/f)" = new ] || [ "$(cat data/f)" = old -a -z "$0" ] || { echo "$(cat data/f)"; exit 1; }',
      ),
      '{acknowledged}',
    ],
  });
  const entry = { name: 'save', summary: '', group: '', byDefault: true, make: () => scenario };
  let told = '';
  await inDirectory(async (cwd) => {
    const { code, stdout, stderr } = await run([command, 'save', '--model', 'ext4,posix'], [entry], cwd);
    told = `${stdout}${stderr}\nexit code ${code}`;
  });
  return told;
}

const SAVE = [
  'echo new > data/f.tmp',
  'sync data/f.tmp',
  'mv data/f.tmp data/f',
  'sync data',
  'echo acknowledged: new',
];

describe.skipIf(WITHOUT)(`the syncs of a recorded program${WITHOUT ?? ''}`, () => {
  it('are each left out in turn, and told by what they are of', async () => {
    const told = await asked('syncs', ...SAVE);
    expect(told).toMatch(/S1 +fsync of \/f\.tmp +needed +needed/);
    expect(told).toMatch(/S2 +fsync of \/ +needed +needed/);
    expect(told).toMatch(/exit code 0$/);
  });

  it('are not called needed if they are not', async () => {
    const told = await asked('syncs', ...SAVE.toSpliced(4, 0, 'sync data'), 'sync data/f');
    expect(told).toMatch(/S3 +fsync of \/f +redundant +redundant/);
  });

  it('that are missing are told by the call that they come next to, and are right', async () => {
    const told = await asked('fix', ...SAVE.filter((line) => line !== 'sync data/f.tmp'));
    expect(told).toContain(
      "1 sync that mends it; no fewer are enough\n\n  the program's system calls, at its rename\n    before the rename: fsync the file (/f.tmp) (1 call in the run)\n",
    );
    expect(await asked('fix', ...SAVE)).toMatch(/there is nothing to fix\.\n\nexit code 0$/);
  });
});
