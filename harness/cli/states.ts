import type { Command } from 'commander';
import type { Image } from '../disk/image/image.ts';
import { listTree } from '../disk/image/tree.ts';
import { hashKey } from '../explore/judge.ts';
import type { PersistenceModel } from '../persistence/model.ts';
import { replaying } from '../persistence/choices.ts';
import { Survivals, type Scope } from '../persistence/survivals.ts';
import { count, escapeText } from '../../reports/text.ts';
import { parseIndex } from './arguments.ts';
import { BadArgument, EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { modelNamed } from './names.ts';
import { nodeText } from './node-text.ts';
import { readOpsFile, runScript, type ScriptLife } from './ops-file.ts';
import { treeJson } from './tree-json.ts';

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
  const life = runScript(script);
  const points = crashStates(model, life);
  const wanted = [...points].filter(([at]) => options.at === undefined || at === options.at);
  io.stdout.write(options.json ? asJson(wanted) : asText(wanted));
  const partial = wanted.filter(([, point]) => !point.exhaustive).map(([at]) => at);
  if (partial.length === 0) return EXIT.converged;
  io.stderr.write(
    `blackout: not all states are shown: there are too many at crash point ${partial.join(', ')}\n`,
  );
  return EXIT.unknown;
}

export interface CrashPoint {
  /** Distinct disks, in the order of their generation. */
  readonly disks: readonly Image[];
  /** Whether these are all. */
  readonly exhaustive: boolean;
}

/** More survivals than this at one crash point are not all made. */
const CAP = 1 << 20;

const SCOPE: Scope = { tier: 'all', t: 1, cap: CAP, samples: 0, choices: replaying([]) };

/** The crash states at every crash point of a script: after each of its ops has returned. */
export function crashStates(model: PersistenceModel, life: ScriptLife): ReadonlyMap<number, CrashPoint> {
  const survivals = new Survivals(model, life.boot, SCOPE);
  const byJournal = [pointOf(survivals)];
  for (const op of life.ops) {
    survivals.step(op);
    byJournal.push(pointOf(survivals));
  }
  return new Map(life.journalled.map((length, at) => [at, byJournal[length]!]));
}

function pointOf(survivals: Survivals): CrashPoint {
  const disks = new Map<string, Image>();
  survivals.visit(({ image }) => {
    const key = hashKey(image.hash);
    if (!disks.has(key)) disks.set(key, image.fork());
  });
  return { disks: [...disks.values()], exhaustive: survivals.coverage === 'exhaustive' };
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
