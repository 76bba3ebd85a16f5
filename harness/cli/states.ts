import type { Command } from 'commander';
import { crashStates, type CrashPoint } from '../conformance/crash-states.ts';
import { listTree } from '../disk/image/tree.ts';
import { runScript, ScriptError, type ScriptLife } from '../disk/script-life.ts';
import type { Script } from '../disk/script.ts';
import { treeJson } from '../disk/tree-json.ts';
import { count, escapeText } from '../../reports/text.ts';
import { parseIndex } from './arguments.ts';
import { EXIT } from './exit-codes.ts';
import { BadArgument } from '../runs/bad-argument.ts';
import type { Io } from './io.ts';
import { modelNamed } from '../runs/names.ts';
import { nodeText } from '../runs/events/node-text.ts';
import { readOpsFile } from './ops-file.ts';

interface StatesOptions {
  readonly model: string;
  readonly ops: string;
  readonly at?: number;
  readonly json?: boolean;
}

/** Declares `states`. */
export function defineStates(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command('states')
    .description('the crash states of a small list of operations')
    .requiredOption('--model <name>', 'a persistence model')
    .requiredOption('--ops <file>', 'JSON: { "setup": [op...], "ops": [op...] }')
    .option('--at <n>', 'only the crash point after n of the ops', parseIndex)
    .option('--json', 'as JSON: { "<crash point>": [ { "tree": {...} } ] }')
    .action(async (options: StatesOptions) => end(await statesCommand(options, io)));
}

async function statesCommand(options: StatesOptions, io: Io): Promise<number> {
  const model = modelNamed(options.model);
  const script = await readOpsFile(options.ops, io.cwd);
  if (options.at !== undefined && options.at > script.ops.length) {
    const last = script.ops.length;
    throw new BadArgument(
      `--at ${options.at}: the file has ${count(last, 'op')}, so crash points are 0 to ${last}`,
    );
  }
  const life = lifeOf(script);
  const byJournal = crashStates(model, life);
  const points = life.journalled.map((length) => byJournal[length]!);
  const wanted = [...points.entries()].filter(([at]) => options.at === undefined || at === options.at);
  io.stdout.write(options.json ? asJson(wanted) : asText(wanted));
  const partial = wanted.filter(([, point]) => !point.exhaustive).map(([at]) => at);
  if (partial.length === 0) return EXIT.converged;
  io.stderr.write(
    `blackout: not all states are shown: there are too many at crash point ${partial.join(', ')}\n`,
  );
  return EXIT.unknown;
}

function lifeOf(script: Script): ScriptLife {
  try {
    return runScript(script);
  } catch (error) {
    throw error instanceof ScriptError ? new BadArgument(escapeText(error.message)) : error;
  }
}

function asJson(points: readonly (readonly [number, CrashPoint])[]): string {
  const all = points.map(([at, { disks }]) => {
    const states = disks.map((disk) => `    ${JSON.stringify({ tree: treeJson(disk) })}`);
    return `  ${JSON.stringify(String(at))}: [\n${states.join(',\n')}\n  ]`;
  });
  return `{\n${all.join(',\n')}\n}\n`;
}

function asText(points: readonly (readonly [number, CrashPoint])[]): string {
  const lines: string[] = [];
  for (const [at, { disks }] of points) {
    lines.push(`crash point ${at}: ${count(disks.length, 'state')}`);
    for (const disk of disks) {
      const nodes = [...listTree(disk)].map(([path, entry]) => `${escapeText(path)}: ${nodeText(entry)}`);
      lines.push(`  - ${nodes.length === 0 ? 'an empty disk' : nodes.join('; ')}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
