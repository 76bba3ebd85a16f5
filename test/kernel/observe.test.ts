import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compare } from '../../harness/conformance/compare.ts';
import { parseObservations, type Workload } from '../../harness/conformance/observations.ts';
import { runScript } from '../../harness/disk/script-life.ts';
import { findModel } from '../../harness/persistence/models.ts';
import { bundleBlackout } from './command.ts';
import { whyNot, type FileSystemName } from './real-disk.ts';

const reason = process.getuid?.() === 0 ? undefined : 'only root can mount';

let folder = '';
let main = '';

beforeAll(async () => {
  if (reason === undefined) ({ folder, main } = await bundleBlackout());
});
afterAll(() => {
  if (folder !== '') rmSync(folder, { recursive: true, force: true });
});

/** Others may do the same on this machine, so what is ours has a folder of its own. */
function env(): NodeJS.ProcessEnv {
  return { ...process.env, TMPDIR: folder };
}

function blackout(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', env: env() });
}

/** A file is emptied, written anew and renamed to another folder, and that folder is synced. */
const OPS = {
  setup: [
    { op: 'mkdir', path: 'd' },
    { op: 'open', fd: 'h', path: 'f', flags: 'O_WRONLY|O_CREAT' },
    { op: 'pwrite', fd: 'h', data: ['o', 8192], offset: 0 },
    { op: 'close', fd: 'h' },
  ],
  ops: [
    { op: 'open', fd: 'h', path: 'f', flags: 'O_WRONLY|O_TRUNC' },
    { op: 'pwrite', fd: 'h', data: ['n', 1904], offset: 0 },
    { op: 'close', fd: 'h' },
    { op: 'rename', from: 'f', to: 'd/f' },
    { op: 'fsyncdir', path: 'd' },
  ],
};

/** States of the workload, and those of them that a model forbids. */
function held(
  { script, observed: all }: Workload,
  fileSystem: string,
  model: string,
): { states: number; forbidden: number } {
  const workload = { name: '', description: '', script, observed: all };
  const { observed: states, forbidden } = compare(workload, runScript(script), fileSystem, findModel(model)!);
  return { states, forbidden: forbidden.length };
}

/** Mounts and loop devices that the machine has for us. */
function mounts(): readonly string[] {
  const { stdout: loops } = spawnSync('losetup', ['-a'], { encoding: 'utf8' });
  const lines = [...readFileSync('/proc/mounts', 'utf8').split('\n'), ...loops.split('\n')];
  return lines.filter((line) => line.includes(`${folder}/blackout-observe-`));
}

function folders(): readonly string[] {
  return readdirSync(folder).filter((name) => name.startsWith('blackout-observe-'));
}

/** Starts a long run, and waits until it has mounted something. */
async function underWay(output: string): Promise<ChildProcess> {
  const args = [main, 'observe', '--fs', 'ext4', '--random', '500', '--output', output];
  const child = spawn(process.execPath, args, { stdio: 'ignore', env: env() });
  while (mounts().length === 0) await after(20);
  return child;
}

/** Why this test? The command is what anybody can hold the models against their own kernel with. */
describe.each([
  ['ext4', 'ext4-ordered', 'ext4'],
  ['xfs', 'xfs', 'xfs'],
  ['btrfs', 'btrfs', 'btrfs'],
] as const)('blackout observe, on %s', (name: FileSystemName, fileSystem, model) => {
  const missing = reason ?? whyNot(name);

  it.skipIf(missing !== undefined)(
    `sees several states of one workload, all of which its model allows, and process-kill does not${missing === undefined ? '' : ` (skipped: ${missing})`}`,
    () => {
      const [ops, output] = [join(folder, 'ops.json'), join(folder, `${name}.json`)];
      writeFileSync(ops, JSON.stringify(OPS));
      const { status, stdout, stderr } = blackout(
        'observe',
        '--fs',
        name,
        '--ops',
        ops,
        '--states',
        '12',
        '--lives',
        '5',
        '--output',
        output,
      );
      expect(stderr).toBe('');
      expect(status).toBe(0);
      expect(stdout).toContain(`${fileSystem} of Linux`);
      const [workload] = parseObservations(readFileSync(output, 'utf8'));
      // The folder's log has the size of the file and none of its data: kind 13 of docs/models.md.
      const oldData = workload!.observed.get(fileSystem)!.flatMap(({ observations }) => observations);
      const isThere = oldData.some(({ tree }) => JSON.stringify(tree).includes('"o*1904"'));
      expect(isThere).toBe(name === 'btrfs');
      const { states, forbidden } = held(workload!, fileSystem, model);
      expect(states).toBeGreaterThan(1);
      expect(forbidden).toBe(0);
      expect(held(workload!, fileSystem, 'process-kill').forbidden).toBeGreaterThan(0);
      expect([...mounts(), ...folders()]).toEqual([]);
    },
  );

  it.skipIf(missing !== undefined)('shows nothing in random workloads that its model forbids', () => {
    const args = ['--random', '2', '--seed', '1', '--lives', '1', '--states', '25'];
    const { status, stdout } = blackout('conformance', '--fs', name, ...args);
    expect(stdout).toMatch(new RegExp(`^SOUND  ${fileSystem} of Linux .* by ${model}, 2 random workloads, `));
    expect(status).toBe(0);
  });
});

describe('blackout conformance --random N', () => {
  const skipped = reason ?? whyNot('ext4');

  it.skipIf(skipped !== undefined)(
    'finds a model out that is too strong, and shrinks what it forbids',
    () => {
      const args = [
        '--random',
        '1',
        '--seed',
        '5',
        '--lives',
        '1',
        '--states',
        '10',
        '--model',
        'process-kill',
      ];
      const { status, stdout } = blackout('conformance', '--fs', 'ext4', ...args);
      expect(status).toBe(1);
      expect(stdout).toMatch(/^R5-1 has states that process-kill forbids: open x .*mkdir d/);
      const [, smallest = ''] = /^the smallest with such a state: (.*)$/m.exec(stdout) ?? [];
      expect(smallest.split('; ').length).toBeLessThan(3);
      expect(stdout).toMatch(/^FORBIDDEN by process-kill: ext4-ordered, R5-1/m);
      expect(stdout).toMatch(/^NOT SOUND  ext4-ordered of Linux .*, 1 random workload, 10 images, /m);
    },
  );
});

describe('blackout observe', () => {
  const skipped = reason ?? whyNot('ext4');

  it.skipIf(skipped !== undefined).each([
    ['SIGINT', 130],
    ['SIGTERM', 130],
  ] as const)('writes what it has seen and leaves nothing behind when it gets %s', async (signal, code) => {
    const output = join(folder, `${signal}.json`);
    const child = await underWay(output);
    child.kill(signal);
    expect((await once(child, 'close'))[0]).toBe(code);
    expect(parseObservations(readFileSync(output, 'utf8')).length).toBeLessThan(500);
    expect([...mounts(), ...folders()]).toEqual([]);
  });

  it.skipIf(skipped !== undefined)(
    'leaves no mount and no loop device behind when it is killed',
    async () => {
      const child = await underWay(join(folder, 'killed.json'));
      child.kill('SIGKILL');
      await once(child, 'close');
      // What it had started ends with it, and the kernel takes the mounts away; nobody can wait for that but so.
      while (mounts().length > 0) await after(20);
      for (const name of folders()) rmSync(join(folder, name), { recursive: true });
    },
  );
});
