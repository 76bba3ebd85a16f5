import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { inDirectory, run } from '../harness/cli/testing/fake-io.ts';
import { registry } from '../harness/cli/testing/registry.ts';

interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const text = await readFile(new URL('../action.yml', import.meta.url), 'utf8');
const action = parse(text) as Action;
const guide = await readFile(new URL('../docs/ci.md', import.meta.url), 'utf8');
const explore = action.runs.steps.find(({ id }) => id === 'explore')!;

/** In place of `npx`: takes down what it is asked, a line for each call, and ends each with the code that is next. */
const NPX = `#!/usr/bin/env node
const { appendFileSync, readFileSync, mkdirSync, writeFileSync } = require('node:fs');
const argv = process.argv.slice(2);
appendFileSync('asked', JSON.stringify(argv) + '\\n');
const output = argv[argv.indexOf('--output') + 1];
mkdirSync(output, { recursive: true });
writeFileSync(output + '/events.jsonl', 'made by call ' + readFileSync('asked', 'utf8').trim().split('\\n').length);
process.exit(JSON.parse(readFileSync('codes', 'utf8'))[readFileSync('asked', 'utf8').trim().split('\\n').length - 1] ?? 0);
`;

interface Explored {
  readonly code: number | null;
  readonly stdout: string;
  readonly outputs: string;
  /** The calls of `blackout`, each with what follows that name. */
  readonly calls: readonly (readonly string[])[];
  readonly kept: string | undefined;
}

/** Runs the step's own script, as GitHub would. */
async function exploring(
  inputs: Readonly<Record<string, string>>,
  { codes = [], kept }: { readonly codes?: readonly number[]; readonly kept?: string } = {},
): Promise<Explored> {
  let explored: Explored | undefined;
  await inDirectory(async (directory) => {
    await writeFile(join(directory, 'npx'), NPX);
    await chmod(join(directory, 'npx'), 0o755);
    await writeFile(join(directory, 'codes'), JSON.stringify(codes));
    const base = join(directory, 'temp', 'blackout-base');
    if (kept !== undefined) {
      await mkdir(base, { recursive: true });
      await writeFile(join(base, 'events.jsonl'), kept);
    }
    const given: Readonly<Record<string, string>> = { budget: '10m', output: 'blackout-report', ...inputs };
    const value = (of: string): string =>
      of
        .replace(/\$\{\{ inputs\.(\w+) \}\}/g, (_, name: string) => given[name] ?? '')
        .replace('${{ runner.temp }}', join(directory, 'temp'));
    const env = Object.fromEntries(Object.entries(explore.env!).map(([name, of]) => [name, value(of)]));
    const { status, stdout } = spawnSync(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', explore.run!],
      {
        cwd: directory,
        encoding: 'utf8',
        env: {
          PATH: `${directory}:${process.env['PATH']}`,
          GITHUB_OUTPUT: join(directory, 'outputs'),
          ...env,
        },
      },
    );
    const read = async (path: string): Promise<string | undefined> =>
      await readFile(join(directory, path), 'utf8').catch(() => undefined);
    const asked = (await read('asked'))!.trim().split('\n');
    const calls = asked.map((line) => JSON.parse(line) as string[]);
    for (const call of calls) expect(call.slice(0, 3)).toEqual(['--no', '--', 'blackout']);
    explored = {
      code: status,
      stdout,
      outputs: (await read('outputs')) ?? '',
      calls: calls.map((call) => call.slice(3)),
      kept: await read('temp/blackout-base/events.jsonl'),
    };
  });
  return explored!;
}

/** What the command says of arguments: undefined if it takes them. A budget that is none explores nothing. */
async function refusal(call: readonly string[]): Promise<string | undefined> {
  let said: string | undefined;
  await inDirectory(async (directory) => {
    await run(['run', 'good', '--model', 'posix', '--output', 'blackout-report'], registry, directory);
    await run(['run', 'good', '--model', 'posix', '--output', 'kept'], registry, directory);
    const compared = call.indexOf('--compare') + 1;
    const argv = call.map((each, i) => (compared > 0 && i === compared ? 'kept' : each));
    const { code, stderr } = await run(argv, registry, directory);
    if (code > 2) said = stderr;
  });
  return said;
}

const INPUTS = { scenarios: 'good bad', models: 'posix,ext4', budget: '60s' };

describe('the GitHub action', () => {
  it('is composite, says of each input what it is, and uses all of them', () => {
    expect(action.runs.using).toBe('composite');
    expect(Object.keys(action.inputs)).toEqual(['scenarios', 'models', 'budget', 'base', 'output']);
    for (const [name, { description }] of Object.entries(action.inputs)) {
      expect(description.length).toBeGreaterThan(20);
      expect(JSON.stringify(action.runs)).toContain(`inputs.${name}`);
    }
    const used = [...text.matchAll(/inputs\.(\w+)/g)].map(([, name]) => name!);
    expect(used.filter((name) => !(name in action.inputs))).toEqual([]);
  });

  it('puts nothing of its inputs into a script, and gives each script a shell', () => {
    for (const step of action.runs.steps) {
      expect(step.run ?? '').not.toContain('${{');
      if (step.run !== undefined) expect(step.shell).toBe('bash');
      expect(step.uses ?? 'actions/x@v1').toMatch(/^actions\/[\w/-]+@v\d+$/);
    }
  });

  it('asks nothing of the command that it does not take: without a base, with one, and with one that is not read', async () => {
    const calls = [
      ...(await exploring({})).calls,
      ...(await exploring(INPUTS)).calls,
      ...(await exploring({ ...INPUTS, base: 'main' }, { kept: 'old', codes: [0, 254, 0] })).calls,
    ];
    expect(calls.map(([command]) => command)).toEqual(['run', 'run', 'run', 'report', 'report']);
    for (const call of calls.slice(1)) expect(await refusal(call), call.join(' ')).toBeUndefined();
    expect(await refusal([...calls[1]!, '--modle', 'x'])).toContain("unknown option '--modle'");
  });

  it('explores what it is told, with the summary and the page', async () => {
    const { calls, outputs, code, kept } = await exploring(INPUTS, { codes: [1] });
    expect(calls).toEqual([
      'run good bad --budget 60s --output blackout-report --model posix,ext4 --reporter terminal,json,html,junit,github'.split(
        ' ',
      ),
    ]);
    expect({ outputs, code }).toEqual({ outputs: 'verdict=counterexample\n', code: 1 });
    expect(kept).toBe('made by call 1');
  });

  it('is a verdict on what is new where there is a base: known causes do not fail it', async () => {
    const { calls, outputs, code } = await exploring(
      { ...INPUTS, base: 'main' },
      { kept: 'old', codes: [1, 0] },
    );
    expect(calls[1]).toEqual(expect.arrayContaining(['report', 'blackout-report', '--compare']));
    expect({ outputs, code }).toEqual({ outputs: 'verdict=converged\n', code: 0 });
    const worse = await exploring({ base: 'main' }, { kept: 'old', codes: [1, 1] });
    expect(worse).toMatchObject({ outputs: 'verdict=counterexample\n', code: 1 });
  });

  it('says so where the base has no report yet, and wants none where none is asked for', async () => {
    const first = await exploring({ base: 'main' });
    expect(first.stdout).toContain('No report of main is kept yet: nothing to compare with.');
    const none = await exploring({ base: 'none' }, { kept: 'old' });
    expect([none.calls.length, none.stdout]).toEqual([1, '']);
  });

  it('has no verdict, and keeps nothing, where the command could not do it', async () => {
    for (const base of ['', 'main']) {
      const { code, outputs, kept } = await exploring({ base }, { codes: [254], kept: 'old' });
      expect({ code, outputs, kept }).toEqual({ code: 254, outputs: '', kept: 'old' });
    }
  });

  it('runs nothing that stands in an input', async () => {
    const { calls } = await exploring({ scenarios: '$(touch${IFS}harm) `id`', models: '"; exit 0; "' });
    expect(calls[0]!.slice(0, 3)).toEqual(['run', '$(touch${IFS}harm)', '`id`']);
    expect(calls[0]).toContain('"; exit 0; "');
  });
});

describe('the guide to CI', () => {
  const workflows = [...guide.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, yaml]) => parse(yaml!) as unknown);

  it('is YAML throughout, and uses the action with inputs that it has', () => {
    const uses: Step[] = [];
    const walk = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('uses' in value && String(value.uses).endsWith('node_modules/blackout')) uses.push(value as Step);
      Object.values(value).forEach(walk);
    };
    workflows.forEach(walk);
    expect(uses.length).toBeGreaterThan(0);
    for (const step of uses) {
      for (const name of Object.keys(step.with ?? {})) expect(Object.keys(action.inputs)).toContain(name);
    }
  });
});
