import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundled } from '../../runs/jobs/testing/bundled.ts';
import { run, type FakeOptions, type Ran } from '../testing/fake-io.ts';

let directory: string;
let workers: NonNullable<FakeOptions['workers']>;

const SCENARIOS = `
const made = (name, more) => ({
  name,
  async run({ fs }) { await fs.writeFile('/a', 'x'); await fs.writeFile('/b', 'y'); },
  async check() {},
  ...more,
});
const half = async ({ fs }) => {
  const names = await fs.readdir('/');
  return names.includes('a') && !names.includes('b');
};
export default [
  made('loops', { async recover(life) { if (await half(life)) for (;;); } }),
  made('dies', { async recover(life) { if (await half(life)) process.reallyExit(3); } }),
  made('run-loops', { async run({ fs }) { await fs.writeFile('/a', 'x'); for (;;); } }),
  made('fine', {}),
];
`;

/** In a folder of its own: what lies beside it is the user's. */
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'blackout-thread-'));
  const worker = new URL('testing/worker.ts', import.meta.url);
  const module = await bundled(worker, join(directory, 'bundle/deep'));
  await writeFile(join(directory, 'all.mjs'), SCENARIOS);
  workers = { module, count: 1 };
});

afterAll(async () => await rm(directory, { recursive: true }));

async function said(argv: string, options: FakeOptions = {}): Promise<Ran> {
  return await run(argv.split(' '), [], directory, { ...options, clock: () => Date.now(), workers });
}

async function tokenOf(name: string): Promise<string> {
  const { stdout } = await said(`repro ${name} --from ./all.mjs --at 1 --model ext4 --loop-limit 0.7`);
  return /repro '([^']+)'/.exec(stdout)![1]!;
}

const HUNG =
  'it does not give the thread back, as a loop without end does; it was ended after 0.7 s without a call';

describe('a command that lives lives, in a thread', () => {
  it('says of a crash point whose recovery loops that it is stuck, and of the others how they end', async () => {
    const { code, stdout, stderr } = await said(
      'repro loops --from ./all.mjs --at 1 --model ext4 --loop-limit 0.7',
    );
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(/^ {2}stuck: 1\n {2}converged: 1$/m);
    expect(stdout).toContain(`The last recovery is not cut: it never ended, because ${HUNG}`);
  });

  it('plays a token whose last life loops, whole, as a list, and with keys', async () => {
    const token = await tokenOf('loops');
    const plain = await said(`repro ${token} --from ./all.mjs --loop-limit 0.7`);
    expect(plain.code).toBe(1);
    expect(plain.stdout).toContain(`recovery never ends: ${HUNG}`);
    // Its lives that do end are lived once more, to say where their ops are made.
    expect(plain.stdout).toMatch(/^ +1 {2}create \/a {3}\S*all\.mjs:4:32$/m);
    const listed = await said(`repro ${token} --from ./all.mjs --step --loop-limit 0.7`);
    expect(listed.code).toBe(1);
    expect(listed.stdout).toContain('life 1 of 2, the main life: the power goes off after op 1 of 4');
    expect(listed.stdout).toContain(HUNG);
    const typed = { terminal: true, noColour: true, rows: 24, typed: ['\u001b[B', 'q'] };
    const keys = await said(`repro ${token} --from ./all.mjs --step --loop-limit 0.7`, typed);
    expect(keys.code).toBe(1);
    expect(keys.stdout.startsWith('\u001b[?1049h')).toBe(true);
    expect(keys.stdout).toContain('life 2 of 2');
    expect(keys.stdout.endsWith('\u001b[?1049l')).toBe(true);
  });

  it('is told of one that ends the process, as what it is', async () => {
    const { code, stdout } = await said('repro dies --from ./all.mjs --at 1 --model ext4');
    expect(code).toBe(1);
    expect(stdout).toContain('it ends the process: code 3');
  });

  it('says in one line that a run loops without any cut, and ends with 254', async () => {
    const { code, stderr } = await said('repro run-loops --from ./all.mjs --at 1 --loop-limit 0.7');
    expect([code, stderr]).toEqual([
      254,
      `blackout: run of run-loops fails without any power cut: ${HUNG}\n`,
    ]);
  });

  it('looks for a remedy of a scenario that loops on some disk, and comes to an end', async () => {
    await writeFile(
      join(directory, 'one.mjs'),
      "import all from './all.mjs'; export default all.find(({ name }) => name === 'loops');",
    );
    const { code, stdout } = await said('fix ./one.mjs --model ext4 --loop-limit 0.7');
    expect(code).toBe(1);
    expect(stdout).toContain('No sync helps');
  });

  it('says the same as without a thread where nothing loops', async () => {
    const argv = 'repro fine --from ./all.mjs --at 2 --model ext4';
    const { code, stdout } = await said(argv);
    const direct = await run(argv.split(' '), [], directory);
    expect([code, stdout]).toEqual([direct.code, direct.stdout]);
    expect((await said('repro fime --from ./all.mjs --at 2')).stderr).toBe(
      'blackout: ./all.mjs has no scenario "fime": did you mean "fine"? it has loops, dies, run-loops, fine\n',
    );
  });
});
