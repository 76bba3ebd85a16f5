import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { Core } from '../disk/core/core.ts';
import { Image } from '../disk/image/image.ts';
import type { Op } from '../disk/journal.ts';
import { ScriptRunner, scriptSchema, type Script, type ScriptOp } from '../disk/script.ts';
import { describeError } from '../explore/outcome.ts';
import { escapeText } from '../../reports/text.ts';
import { BadArgument } from './exit-codes.ts';

/**
 * Reads a list of ops.
 * @throws BadArgument with the place of the first mistake
 */
export async function readOpsFile(path: string, cwd: string): Promise<Script> {
  const shown = escapeText(path);
  let text: string;
  try {
    text = await readFile(resolve(cwd, path), 'utf8');
  } catch (error) {
    throw new BadArgument(
      `--ops ${shown}: it can't be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new BadArgument(`--ops ${shown}: it is no JSON: ${escapeText(describeError(error))}`);
  }
  const parsed = scriptSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const place = issue.path.length > 0 ? z.core.toDotPath(issue.path) : 'the whole';
  throw new BadArgument(`--ops ${shown}: ${place}: ${escapeText(describeIssue(issue))}`);
}

const OPS = 'open, pwrite, write, ftruncate, fsync, close, fsyncdir, mkdir, unlink, symlink, link or rename';

function describeIssue(issue: z.core.$ZodIssue): string {
  return issue.path.at(-1) === 'op' ? `an op must be one of ${OPS}` : issue.message;
}

/** A script's life: where it starts, its journal, and how long the journal is after each op of the script. */
export interface ScriptLife {
  readonly boot: Image;
  readonly ops: readonly Op[];
  /** `journalled[k]`: ops in the journal once `k` ops of the script have returned. Opening and closing add none. */
  readonly journalled: readonly number[];
}

/** @throws BadArgument if an op of the script fails on the disk */
export function runScript(script: Script): ScriptLife {
  const image = Image.empty();
  const setup = new Core(image);
  runAll(new ScriptRunner(setup), script.setup, 'setup', () => {});
  const boot = image.fork();
  const core = new Core(boot.fork());
  const journalled = [0];
  runAll(new ScriptRunner(core), script.ops, 'ops', () => journalled.push(core.journal.length));
  return { boot, ops: core.journal.ops, journalled };
}

function runAll(runner: ScriptRunner, ops: readonly ScriptOp[], list: string, done: () => void): void {
  for (const [i, op] of ops.entries()) {
    try {
      runner.step(op);
    } catch (error) {
      throw new BadArgument(`${list}[${i}], ${op.op}: it fails: ${escapeText(describeError(error))}`);
    }
    done();
  }
}
