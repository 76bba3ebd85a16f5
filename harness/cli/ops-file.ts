import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { mistakeText, scriptSchema, type Script } from '../disk/script.ts';
import { describeError } from '../explore/outcome.ts';
import { escapeText } from '../../reports/text.ts';
import { BadArgument } from '../runs/bad-argument.ts';

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
  throw new BadArgument(`--ops ${shown}: ${escapeText(mistakeText(parsed.error.issues[0]!))}`);
}
