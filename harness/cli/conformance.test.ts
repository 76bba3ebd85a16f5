import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inDirectory, run } from './testing/fake-io.ts';

const file = (size: number, content: string) => ({ type: 'file', size, content }) as const;

/** A workload that does not come with the project: two appends to one file. */
const APPENDS = {
  description: 'two appends, the first synced',
  setup: [{ op: 'open', fd: 's', path: 'log', flags: 'O_WRONLY|O_CREAT' }],
  ops: [
    { op: 'open', fd: 'h', path: 'log', flags: 'O_WRONLY|O_APPEND' },
    { op: 'write', fd: 'h', data: ['a', 10] },
    { op: 'fdatasync', fd: 'h' },
    { op: 'write', fd: 'h', data: ['b', 10] },
  ],
};
const after = (...trees: object[]) => trees.map((tree) => ({ tree, seen: 3 }));
const observed = (...last: object[]) => ({
  workloads: { appends: { ...APPENDS, observed: { xfs: { 4: after(...last) } } } },
});
const both = { log: file(20, 'a*10 b*10') };
const first = { log: file(10, 'a*10') };
const none = { log: file(0, '') };

async function conformance(content: unknown, ...more: string[]): Promise<Awaited<ReturnType<typeof run>>> {
  let ran: Awaited<ReturnType<typeof run>> | undefined;
  await inDirectory(async (directory) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    await writeFile(join(directory, 'seen.json'), text);
    ran = await run(['conformance', '--observed', 'seen.json', ...more], [], directory);
  });
  return ran!;
}

describe('blackout conformance', () => {
  it('holds each file system that comes with it against its own model, and finds all sound', async () => {
    const ran = await run(['conformance'], [], '.');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain('SOUND  no observed state is forbidden: 25 workloads on 7 file systems');
    expect(ran.stdout).toMatch(/^W4 +6 \/ 12/m);
    // What each of them does: the name says nothing.
    expect(ran.stdout.match(/^ {2}W\w+ +\S.*$/gm)).toHaveLength(25);
    expect(ran.stdout).toMatch(/^ratio( +\d\.\d\d){7}$/m);
    expect(ran.stdout).toMatch(/^ {2}data: a file has some of its pages/m);
  });

  it('holds the random ones as well', { timeout: 600_000 }, async () => {
    const ran = await run(['conformance', '--random', '--file-system', 'ext4-journal'], [], '.');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain('SOUND  no observed state is forbidden: 97 workloads on 1 file system');
    const both = await run(['conformance', '--random', '--observed', 'x.json'], [], '.');
    expect(both).toMatchObject({ code: 254 });
    expect(both.stderr).toContain('--random: the random workloads come with the package');
  });

  it('holds workloads of which it has never heard', async () => {
    const ran = await conformance(observed(both, first));
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^appends +2 \/ 3$/m);
  });

  it('ends with 1 for a state that no cut can leave, and names the ops that would lead there', async () => {
    const ran = await conformance(observed(both, none));
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('FORBIDDEN by xfs: xfs, appends (two appends, the first synced)');
    expect(ran.stdout).toContain('  seen 3 times after op 4: log 0 []');
    expect(ran.stdout).toContain('op 2  write h 10 x "a": survives in part (1 of 2 effects)');
    expect(ran.stdout).toContain('op 4  write h 10 x "b": survives in part (1 of 2 effects)');
    expect(ran.stdout).toContain('NOT SOUND  1 observation forbidden');
  });

  it('says so if no choice of effects leads to a state', async () => {
    const ran = await conformance(observed({ log: file(10, 'c*10') }));
    expect(ran.stdout).toContain('no choice among the effects of these ops leads there');
  });

  it('holds the models that are asked for, and lists what they allow too much', async () => {
    const ran = await conformance(observed(both, first), '--model', 'posix,posix+tears', '--surplus');
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^workload +by posix +by posix\+tears$/m);
    expect(ran.stdout).toContain('    data  appends  log 20 [a*10 0*10]');
  });

  it('writes JSON for programs', async () => {
    const ran = await conformance(observed(both, none), '--json');
    const { runs } = JSON.parse(ran.stdout) as { runs: readonly object[] };
    expect(runs).toMatchObject([
      {
        fileSystem: 'xfs',
        model: 'xfs',
        sound: false,
        observed: 2,
        workloads: [{ forbidden: [{ crashPoint: '4', tree: none }] }],
      },
    ]);
  });

  it.each([
    ['{', [], /^blackout: --observed seen\.json: it is no JSON: [^\n]+\n$/],
    [
      '{"workloads":{"W":{"ops":[],"observed":{"zfs":{}}}}}',
      [],
      /seen\.json: workloads\.W\.observed: unknown file system "zfs"/,
    ],
    [
      { workloads: { W: { ops: [{ op: 'unlink', path: 'x' }], observed: {} } } },
      [],
      /workloads\.W\.ops\[0\], unlink: it fails: ENOENT/,
    ],
    [
      observed(both),
      ['--file-system', 'btrfs'],
      /--file-system btrfs: the file has none of that name; it has xfs\n/,
    ],
    [observed(both), ['--model', 'ntfs'], /unknown model "ntfs"/],
    [observed(both), ['--model', 'posix+magic'], /unknown model "posix\+magic"/],
  ] as const)('refuses %j %j in one line', async (content, more, line) => {
    const ran = await conformance(content, ...more);
    expect(ran.code).toBe(254);
    expect(ran.stderr).toMatch(line);
    expect(ran.stderr.trimEnd()).not.toContain('\n');
  });

  it('says that a file can not be read', async () => {
    const ran = await run(['conformance', '--observed', 'nowhere.json'], [], '.');
    expect(ran).toMatchObject({ code: 254 });
    expect(ran.stderr).toBe("blackout: --observed nowhere.json: it can't be read (ENOENT)\n");
  });
});
