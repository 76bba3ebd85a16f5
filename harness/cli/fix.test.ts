import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inDirectory, run, type Ran } from './testing/fake-io.ts';

/** A program of a user: a counter that is replaced by way of a temporary file. Its lines have their numbers. */
function counter(lines: { readonly sync?: boolean; readonly broken?: boolean } = {}): string {
  return `export const counter = {
  name: 'counter',
  setup: async ({ fs }) => await fs.writeFile('/n', '1'),
  async run({ fs, acknowledge }) {
    const file = await fs.open('/n.tmp', 'wx');
    await file.write(Buffer.from('2'));
    ${lines.sync ? 'await file.sync();' : ''}
    await file.close();
    await fs.rename('/n.tmp', '/n');
    await fs.open('/', 'r').then(async (root) => { await root.sync(); await root.close(); });
    acknowledge('2');
  },
  recover: async ({ fs }) => await fs.rm('/n.tmp', { force: true }),
  async check({ fs }, acknowledged) {
    const n = ${lines.broken ? "''" : "await fs.readFile('/n', 'utf8')"};
    if (n === '2' || (n === '1' && acknowledged.length === 0)) return undefined;
    return { invariant: 'the counter counts', message: \`it is "\${n}"\` };
  },
};
`;
}

async function fix(text: string, ...argv: string[]): Promise<Ran & { readonly json?: string }> {
  let ran: (Ran & { readonly json?: string }) | undefined;
  await inDirectory(async (directory) => {
    await writeFile(join(directory, 'counter.mjs'), text);
    const end = await run(['fix', './counter.mjs', ...argv], [], directory);
    const json = await readFile(join(directory, 'fix.json'), 'utf8').catch(() => undefined);
    ran = json === undefined ? end : { ...end, json };
  });
  return ran!;
}

describe('blackout fix', () => {
  it('tells the fewest syncs as lines to add, which it has tried under all models, and ends with 0', async () => {
    const { code, stdout } = await fix(counter());
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^counter breaks under ext4, xfs, btrfs, posix\.\n\n1 sync that mends it; no fewer are enough\n/,
    );
    expect(stdout).toMatch(
      /run \(.*counter\.mjs:9\)\n {4}before the rename: fsync the file \(\/n\.tmp\) \(1 call in the run\)/,
    );
    expect(stdout).toMatch(
      / {7}\+ {5}const file = await fs\.open\("\/n\.tmp", 'r'\);\n.*await file\.sync\(\);\n.*\n {5}9 {7}await fs\.rename/,
    );
    expect(stdout).toContain('Tried: so changed, it closes under ext4, xfs, btrfs, posix');
  });

  it('is right: with that line the program closes, and there is nothing to fix', async () => {
    const { code, stdout } = await fix(counter({ sync: true }));
    expect(code).toBe(0);
    expect(stdout).toBe('counter closes as it is under ext4, xfs, btrfs, posix: there is nothing to fix.\n');
  });

  it('says what it takes where no sync helps, and ends with 1', async () => {
    const { code, stdout } = await fix(counter({ broken: true }), '--model', 'posix');
    expect(code).toBe(1);
    expect(stdout).toContain('No sync helps: it breaks even if each op is followed by the syncs');
    expect(stdout).toContain('What it takes (not tried): ');
  });

  it('writes the same as JSON', async () => {
    const { json } = await fix(counter(), '--model', 'posix', '--json', 'fix.json');
    expect(JSON.parse(json!)).toMatchObject({
      scenario: 'counter',
      models: [{ model: 'posix', asItIs: 'fails' }],
      remedy: {
        type: 'mended',
        change: null,
        proved: true,
        edits: [{ when: 'before', target: 'file', calls: 1 }],
      },
    });
  });

  it('ends with 2 where there was no time', async () => {
    await inDirectory(async (directory) => {
      await writeFile(join(directory, 'counter.mjs'), counter());
      const argv = ['fix', './counter.mjs', '--budget', '40ms', '--model', 'posix'];
      const { code, stdout } = await run(argv, [], directory, { tick: 1 });
      expect(code).toBe(2);
      expect(stdout).toContain('No remedy is known: there was no time to find one.');
    });
  });

  it('refuses a module with several scenarios: their edits would be one', async () => {
    const two = `${counter()}export const other = { ...counter, name: 'other' };\n`;
    const { code, stderr } = await fix(two);
    expect(code).toBe(254);
    expect(stderr).toBe(
      'blackout: ./counter.mjs has several scenarios (counter, other): give it one at a time\n',
    );
  });

  it('ends with 130 when it is interrupted', async () => {
    await inDirectory(async (directory) => {
      await writeFile(join(directory, 'counter.mjs'), counter());
      const ran = await run(['fix', './counter.mjs'], [], directory, { interruptAt: 5 });
      expect(ran.code).toBe(130);
    });
  });
});
