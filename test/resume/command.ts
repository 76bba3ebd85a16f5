import { copyFile, mkdtemp, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { rolldown } from 'rolldown';
import type { RunEvent } from '../../reports/events.ts';
import { readEvents } from '../../reports/read-events.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** What is run, in each of these tests. */
export const ARGUMENTS = ['run', './scenarios.mjs', '--model', 'ext4,posix', '--reporter', 'json'];

/** A directory with the scenarios, and the command of the sources under test. */
export async function workplace(): Promise<{ readonly place: string; readonly main: string }> {
  const place = await realpath(await mkdtemp(join(tmpdir(), 'blackout-resume-')));
  const bundle = await rolldown({
    input: join(PROJECT, 'scenarios/main.ts'),
    platform: 'node',
    external: [/^rolldown/],
    logLevel: 'silent',
  });
  try {
    await bundle.write({ dir: join(place, 'dist'), format: 'esm' });
  } finally {
    await bundle.close();
  }
  await symlink(join(PROJECT, 'node_modules'), join(place, 'node_modules'));
  await writeFile(join(place, 'package.json'), '{ "type": "module" }\n');
  await copyFile(new URL('scenarios.mjs', import.meta.url), join(place, 'scenarios.mjs'));
  return { place, main: join(place, 'dist/main.js') };
}

export interface Ran {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly stderr: string;
}

/** @param fate see `scenarios.mjs` */
export async function blackout(
  { place, main }: { readonly place: string; readonly main: string },
  argv: readonly string[],
  fate = '',
): Promise<Ran> {
  const { exitCode, signal, stderr } = await execa(process.execPath, [main, ...argv], {
    cwd: place,
    env: { FATE: fate },
    reject: false,
  });
  return { exitCode, signal, stderr };
}

/** What a report folder holds, without what is measured, and each run's events together. */
export async function toldIn(
  folder: string,
): Promise<{ readonly events: readonly unknown[]; report: string }> {
  const { events } = readEvents(await readFile(join(folder, 'events.jsonl')));
  const place = (event: RunEvent): number => ('run' in event && event.type !== 'run' ? event.run : -1);
  const end = events.at(-1)!;
  const sorted = events.slice(0, -1).toSorted((one, other) => place(one) - place(other));
  const report = await readFile(join(folder, 'report.json'), 'utf8');
  return {
    events: [...sorted, end].map((event) => ({ ...event, ...MEASURED })),
    report: report.replaceAll(/"(?:elapsedMs|peakMemory|startedAt)": [^\n]*/g, ''),
  };
}

const MEASURED = { elapsedMs: undefined, peakMemory: undefined, startedAt: undefined };

/** The numbers of the runs that a log holds to their end. */
export async function endedIn(folder: string): Promise<readonly number[]> {
  const lines = (await readFile(join(folder, 'events.jsonl'), 'utf8')).split('\n');
  return lines.filter((line) => line.includes('"type":"run-end"')).map((line) => JSON.parse(line).run);
}
