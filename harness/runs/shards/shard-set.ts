import { isDeepStrictEqual } from 'node:util';
import type { ReportModel } from '../../../reports/model.ts';
import { escapeText } from '../../../reports/text.ts';
import { BadArgument } from '../bad-argument.ts';

/** A file of events that was read, with the name that messages call it by. */
export interface ReadFile {
  readonly shown: string;
  readonly model: ReportModel;
}

/**
 * Sees to it that files are the shards of one run, each once.
 *
 * @param partial whether shards may be missing
 * @returns them in order
 * @throws BadArgument with the files that don't go together, and why
 */
export function shardSet(files: readonly ReadFile[], partial: boolean): readonly ReportModel[] {
  const [first, ...others] = files;
  for (const file of files) {
    if (file.model.start.shard) continue;
    throw new BadArgument(`${file.shown} is a whole run, no shard: give it alone, or with --compare`);
  }
  for (const other of others) demandSame(first!, other);
  const sorted = [...files].sort((one, two) => indexOf(one) - indexOf(two));
  for (const [i, file] of sorted.entries()) {
    const before = sorted[i - 1];
    if (!before || indexOf(before) !== indexOf(file)) continue;
    throw new BadArgument(`${before.shown} and ${file.shown} are both shard ${nameOf(file)}: give each once`);
  }
  const count = first!.model.start.shard!.count;
  const missing = Array.from({ length: count }, (_, i) => i + 1).filter(
    (index) => !sorted.some((file) => indexOf(file) === index),
  );
  if (missing.length > 0 && !partial) {
    const list = missing.map((index) => `${index}/${count}`).join(', ');
    const are = missing.length === 1 ? `shard ${list} is` : `shards ${list} are`;
    throw new BadArgument(`${are} missing: give all, or --partial to see what there is`);
  }
  return sorted.map((file) => file.model);
}

function indexOf({ model }: ReadFile): number {
  return model.start.shard!.index;
}

function nameOf({ model }: ReadFile): string {
  const { index, count } = model.start.shard!;
  return `${index}/${count}`;
}

/** What shards of one run have in common, with the words for a message. */
const COMMON: readonly (readonly [string, (model: ReportModel) => unknown, (value: never) => string])[] = [
  ['version', ({ start }) => start.tool.version, (version: string) => version],
  ['commit', ({ start }) => start.commit, commitText],
  ['settings', ({ start }) => start.settings, (settings: string[]) => settings.join(' ') || 'none'],
  ['seed', ({ start }) => start.seed, (seed: number) => String(seed)],
  ['number of shards', ({ start }) => start.shard?.count, (count: number) => String(count)],
  ['list of runs', runsOf, (runs: string[]) => runs.join(', ')],
];

function commitText(commit: ReportModel['start']['commit']): string {
  if (commit === null) return 'unknown';
  return `${commit.hash.slice(0, 12)}${commit.dirty ? ' with changes' : ''}`;
}

function runsOf({ runs }: ReportModel): string[] {
  return runs.map(({ scenario, model, plan }) => `${scenario} under ${model} ${JSON.stringify(plan)}`);
}

function demandSame(first: ReadFile, other: ReadFile): void {
  for (const [name, of, text] of COMMON) {
    const [one, two] = [of(first.model), of(other.model)];
    if (isDeepStrictEqual(one, two)) continue;
    const show = (value: unknown): string => escapeText(text(value as never));
    throw new BadArgument(
      `${first.shown} and ${other.shown} are no shards of one run: ` +
        `their ${name} differs: ${show(one)} in the first, ${show(two)} in the second`,
    );
  }
}
