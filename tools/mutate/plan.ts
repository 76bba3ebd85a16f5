import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { glob } from 'tinyglobby';
import { type Known, type Tried, keyOf, knownOf } from './ledger.ts';
import { marksIn, reasonFor } from './marks.ts';
import { MISTAKES } from './mistakes/index.ts';
import { mutationFor } from './mistakes/mistake.ts';
import { type Mutation, applied, described, lineOf } from './mutation.ts';
import { mutationsOf } from './operators.ts';
import { sampled } from './sample.ts';

/** A mutant that is to be tried. */
export interface Mutant {
  readonly key: string;
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly what: string;
  /** The whole file, with the mistake. */
  readonly source: string;
  /** Why it is none. */
  readonly reason: string | undefined;
}

/** The sources that a pattern names, tests and their helpers left out. */
export async function sourcesOf(project: string, patterns: readonly string[]): Promise<readonly string[]> {
  const ignore = ['**/*.test.ts', '**/testing/**', '**/testdata/**', '**/node_modules/**'];
  return (await glob([...patterns], { cwd: project, ignore })).toSorted();
}

/** Every mutant that the operators make of these files. */
export async function allOf(project: string, files: readonly string[]): Promise<readonly Mutant[]> {
  const all: Mutant[] = [];
  for (const file of files) {
    const source = await readFile(join(project, file), 'utf8');
    const marks = marksIn(source);
    for (const mutation of mutationsOf(source))
      all.push(mutantOf(file, source, mutation, reasonFor(source, mutation, marks)));
  }
  return all;
}

/** A seeded part of them. */
export async function sampleOf(
  project: string,
  files: readonly string[],
  count: number,
  seed: number,
): Promise<readonly Mutant[]> {
  return sampled(await allOf(project, files), count, seed);
}

/** The mistakes that are written down. */
export async function listed(project: string): Promise<readonly Mutant[]> {
  const mutants: Mutant[] = [];
  for (const mistake of MISTAKES) {
    const source = await readFile(join(project, mistake.file), 'utf8');
    mutants.push(mutantOf(mistake.file, source, mutationFor(source, mistake), mistake.equivalent));
  }
  return mutants;
}

/** What the ledger knows of mutants that there still are, as they are now: in places and marks of today. */
export async function standing(project: string, lines: readonly Tried[]): Promise<readonly Known[]> {
  const known = knownOf(lines);
  const files = new Set(lines.map(({ file }) => file));
  const there = await sourcesOf(project, [...files]);
  const now = new Map<string, Mutant>();
  for (const mutant of [...(await allOf(project, there)), ...(await listed(project))])
    now.set(mutant.key, mutant);
  return [...known].flatMap(([key, { first, last }]) => {
    const mutant = now.get(key);
    if (!mutant) return [];
    const { file, line, name, what, reason } = mutant;
    const today = { ...last, file, line, name, what };
    return [
      { first, last: reason === undefined ? today : { ...today, fate: 'equivalent' as const, reason } },
    ];
  });
}

function mutantOf(file: string, source: string, mutation: Mutation, reason: string | undefined): Mutant {
  return {
    key: keyOf(file, source, mutation),
    file,
    line: lineOf(source, mutation.start),
    name: mutation.name,
    what: described(source, mutation),
    source: applied(source, mutation),
    reason,
  };
}
