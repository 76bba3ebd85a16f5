import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { codeOf } from '../storage/errors.ts';
import type { Findings, Position } from './config-error.ts';
import { parseLine } from './line.ts';
import { seldom } from '../ports/seldom.ts';

const globbing = seldom(() => import('tinyglobby'));

/** One `name = value`, and where it stands. */
export interface Setting {
  readonly name: string;
  readonly value: string;
  readonly isReset: boolean;
  readonly at: Position;
}

/** How deep files may include each other. */
const MAX_DEPTH = 16;
/** Without any of these a path is just a path. */
const MAYBE_WILD = /[*?[\]{}()!|+@\\]/;

/**
 * All settings of a file and of those that it includes, in order. What can't be read or understood goes to `findings`.
 * Throws an operating error (ENOENT, EACCES, ...) only for the first file itself.
 */
export async function readSettings(file: string, findings: Findings): Promise<Setting[]> {
  return readLines(await readFile(file), { file, depth: 0, findings });
}

interface Place {
  readonly file: string;
  readonly depth: number;
  readonly findings: Findings;
}

async function readLines(content: Buffer, place: Place): Promise<Setting[]> {
  const settings: Setting[] = [];
  let line = 0;
  for (const bytes of linesOf(content)) {
    const at = { file: place.file, line: ++line };
    settings.push(...(await readLine(bytes, at, place)));
  }
  return settings;
}

async function readLine(bytes: Buffer, at: Position, place: Place): Promise<readonly Setting[]> {
  const text = bytes.toString('utf8');
  const parsed = parseLine(text);
  if (parsed.kind === 'blank') return [];
  // A comment may be in any encoding; a password or path must not be guessed at.
  if (!Buffer.from(text, 'utf8').equals(bytes)) return wrong('the line is not UTF-8', at, place);
  if (text.includes('\0')) return wrong('the line holds a NUL byte', at, place);
  if (parsed.kind === 'mistake') return wrong(parsed.reason, at, place);
  if (parsed.kind === 'include') return readIncluded(parsed.pattern, at, place);
  const { name, value, isReset } = parsed;
  return [{ name, value, isReset, at }];
}

/** `. path`, relative to the file that it stands in; wildcards as in a shell. */
async function readIncluded(pattern: string, at: Position, place: Place): Promise<readonly Setting[]> {
  const { depth, findings } = place;
  if (depth + 1 >= MAX_DEPTH) return wrong(`files include each other more than ${MAX_DEPTH} deep`, at, place);
  const full = isAbsolute(pattern) ? pattern : join(dirname(place.file), pattern);
  const files = await matching(full);
  if (files.length === 0) return wrong(`no file matches ${full}`, at, place);
  const settings: Setting[] = [];
  for (const file of files) {
    try {
      settings.push(...(await readLines(await readFile(file), { file, depth: depth + 1, findings })));
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      findings.problem(`${file} can't be read (${codeOf(error)})`, at);
    }
  }
  return settings;
}

async function matching(pattern: string): Promise<readonly string[]> {
  if (!MAYBE_WILD.test(pattern)) return [pattern];
  const { glob, isDynamicPattern } = await globbing();
  if (!isDynamicPattern(pattern)) return [pattern];
  const files = await glob(pattern, {
    absolute: true,
    expandDirectories: false,
    braceExpansion: false,
    extglob: false,
    globstar: false,
  });
  return files.sort();
}

function wrong(reason: string, at: Position, { findings }: Place): readonly Setting[] {
  findings.problem(reason, at);
  return [];
}

function* linesOf(content: Buffer): Generator<Buffer> {
  for (let start = 0; start < content.length;) {
    const end = content.indexOf(0x0a, start);
    yield content.subarray(start, end < 0 ? content.length : end);
    start = end < 0 ? content.length : end + 1;
  }
}
