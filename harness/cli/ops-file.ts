import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { SCRIPT_OPS, scriptSchema, type Script } from '../disk/script.ts';
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

const OPS = `${SCRIPT_OPS.slice(0, -1).join(', ')} or ${SCRIPT_OPS.at(-1)}`;

function describeIssue(issue: z.core.$ZodIssue): string {
  return issue.path.at(-1) === 'op' ? `an op must be one of ${OPS}` : issue.message;
}
