import { existsSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { count, escapeText } from '../../reports/text.ts';
import { Core } from '../disk/core/core.ts';
import type { Image } from '../disk/image/image.ts';
import type { Op } from '../disk/journal.ts';
import { isSync } from '../persistence/rules.ts';
import { BadArgument } from '../runs/bad-argument.ts';
import { describeOp } from '../explore/describe.ts';
import { ignoring } from '../trace/ignored.ts';
import { RealTree } from '../trace/real-tree.ts';
import { record, type Life, type Scene } from '../trace/record.ts';
import { SharedMapping, Unfollowed } from '../trace/unfollowed.ts';
import { collect, parseDuration } from './arguments.ts';
import { EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { targetAt, writeScenario } from './trace-write.ts';

interface TraceOptions {
  readonly dir: string;
  readonly ignore?: readonly string[];
  readonly limit: number;
  readonly write?: string;
  readonly mapped?: boolean;
}

/** Declares `trace`. */
export function defineTrace(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command('trace')
    .description('records one life of a Linux program, and shows what it asked of the disk; needs strace')
    .argument('<command...>', 'the program and its arguments, after --')
    .requiredOption('--dir <dir>', 'the directory that counts as the disk')
    .option(
      '--ignore <pattern>',
      "names or paths on the disk to disregard, as '*-shm'; again for each",
      collect,
    )
    .addOption(
      new Option('--limit <time>', 'after this time it is ended: 60s, 2m')
        .argParser(parseDuration)
        .default(parseDuration('10m'), '10m'),
    )
    .option('--mapped', 'looks at files that it has mapped to be shared, while it stands still; slower')
    .option('--write <file>', 'write a scenario to go on from: ./name.blackout.mjs')
    .action(async (argv: readonly string[], options: TraceOptions) =>
      end(await traceCommand(argv, options, io)),
    );
}

async function traceCommand(argv: readonly string[], options: TraceOptions, io: Io): Promise<number> {
  const disk = diskAt(resolve(io.cwd, options.dir), options.dir);
  const side = mkdtempSync(join(tmpdir(), 'blackout-trace-'));
  try {
    const ignored = ignoring(options.ignore ?? []);
    const tree = new RealTree(disk, ignored, 'anybody');
    const scene: Scene = { disk, cwd: io.cwd, side, ignored, read: () => tree.read() };
    const boot = scene.read();
    // Before the program runs: what it has done can't be done again.
    const target = options.write === undefined ? undefined : targetAt(io.cwd, options.write, boot);
    const env = { ...process.env } as Record<string, string>;
    const { limit: timeLimit, mapped: maps = false } = options;
    const life = await record(scene, boot, { argv, env, timeLimit, looks: false, maps, asks: true });
    tell(life, boot, io);
    if (target) {
      const dir = relative(io.cwd, disk);
      io.stdout.write(writeScenario(target, { argv, disk, dir, ignore: options.ignore ?? [] }, boot, io.cwd));
    }
    return life.ended.code === 0 ? EXIT.converged : EXIT.unknown;
  } catch (error) {
    if (!(error instanceof Unfollowed)) throw error;
    const way = error instanceof SharedMapping && !options.mapped ? '; with --mapped it is looked at' : '';
    io.stderr.write(`blackout: not followed: ${escapeText(error.message + way)}\n`);
    return EXIT.unknown;
  } finally {
    rmSync(side, { recursive: true });
  }
}

function diskAt(path: string, shown: string): string {
  if (!existsSync(path) || !statSync(path).isDirectory())
    throw new BadArgument(`--dir ${shown}: there is no such directory`);
  return realpathSync(path);
}

/** What the program said, what it asked of the disk, and what it had promised by then. */
function tell(life: Life, boot: Image, io: Io): void {
  const core = new Core(boot.fork());
  const lines: string[] = [];
  const said: { after: number; text: string }[] = [];
  life.again(core, (text) => said.push({ after: core.journal.length, text: text.trimEnd() }));
  const { ops } = core.journal;
  const tellSaid = (after: number): void => {
    for (const each of said.filter((one) => one.after === after && one.text !== ''))
      lines.push(`      it says ${JSON.stringify(each.text.slice(0, 100))}`);
  };
  tellSaid(0);
  for (const op of ops) {
    lines.push(
      `${String(op.index).padStart(5)} ${escapeText(describeOp(op))}${isSync(op) ? '   == sync ==' : ''}`,
    );
    tellSaid(op.index);
  }
  if (life.errors.trim() !== '') io.stderr.write(escapeLines(life.errors));
  const { code, signal, late } = life.ended;
  const how = late
    ? 'was ended, as its time was up'
    : signal
      ? `was ended by ${signal}`
      : `ended with ${code}`;
  lines.push(`It ${how}: ${summary(ops)}. The record leads to what is there now, byte for byte.`);
  io.stdout.write(`${lines.join('\n')}\n`);
}

function summary(ops: readonly Op[]): string {
  const syncs = ops.filter(isSync).length;
  const last = ops.findLastIndex(isSync) + 1;
  const after = syncs === 0 ? ops.length : ops.length - last;
  const rest = ops.length === 0 ? '' : `, ${count(after, 'op')} after the last sync`;
  return `${count(ops.length, 'op')}, ${count(syncs, 'sync')} among them${rest}`;
}

function escapeLines(text: string): string {
  return `${text.trimEnd().split('\n').map(escapeText).join('\n')}\n`;
}
