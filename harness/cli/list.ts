import type { Catalogue, CatalogueEntry } from '../explore/catalogue.ts';
import { literature, models } from '../persistence/models.ts';
import { directlyAbove, strongest } from '../persistence/lattice.ts';
import { painter } from '../../reports/paint.ts';
import { escapeText } from '../../reports/text.ts';
import type { Io } from './io.ts';

/** `blackout list`: the scenarios by group, or as JSON for programs. */
export function listCommand(catalogue: Catalogue, io: Io, { json }: { readonly json?: boolean } = {}): void {
  if (json) return io.stdout.write(`${JSON.stringify(catalogue.map(entryJson), null, 2)}\n`);
  const paint = painter(io.stdout.isTTY && !io.noColour);
  const width = Math.max(0, ...catalogue.map((entry) => entry.name.length));
  const lines: string[] = [];
  for (const group of new Set(catalogue.map((entry) => entry.group))) {
    if (lines.length > 0) lines.push('');
    lines.push(paint('bold', group));
    for (const entry of catalogue.filter((each) => each.group === group)) {
      const mark = entry.byDefault ? '*' : ' ';
      const breaks = entry.breaksUnder?.length
        ? paint('dim', ` (breaks under ${strongest(entry.breaksUnder).join(', ')})`)
        : '';
      const trees = entry.takesTrees ? paint('dim', ' [--tree]') : '';
      lines.push(`${mark} ${entry.name.padEnd(width)}  ${escapeText(entry.summary)}${trees}${breaks}`);
    }
  }
  lines.push('', '* run by `blackout run` without names   [--tree] can use directories of yours');
  io.stdout.write(`${lines.join('\n')}\n`);
}

/** All that `list` shows of a scenario. */
function entryJson({ name, group, summary, byDefault, takesTrees, breaksUnder }: CatalogueEntry): object {
  return {
    name,
    group,
    summary,
    byDefault,
    takesTrees: takesTrees ?? false,
    breaksUnder: [...(breaksUnder ?? [])],
  };
}

/** `blackout models`: what each model allows, and where its rules come from. */
export function modelsCommand(io: Io): void {
  const paint = painter(io.stdout.isTTY && !io.noColour);
  const blocks = [...models, ...literature].map(({ name, summary, rules, source }) => {
    const above = directlyAbove(name);
    return [
      `${paint('bold', name)}: ${summary}`,
      ...rules.map((rule) => `  - ${rule}`),
      ...(above.length > 0 ? [`  has all states of ${above.join(' and ')}`] : []),
      paint('dim', `  source: ${source}`),
    ].join('\n');
  });
  io.stdout.write(`${[...blocks, AROUND].join('\n\n')}\n`);
}

const AROUND = `Around any of them, as in posix+tears or ext4+tears+lying:
  +tears    where a page of data is an effect on its own, it tears at 512 bytes
  +lying    the drive says that it has flushed, and has not: no sync makes anything durable
  +garbage  what extends a file may hold old bytes of the disk instead of zeros, until the data is there
Several file systems, as in ext4@/wal=xfs@/data=btrfs+tears: each has a model of its own from its mount point on,
and nothing orders one against another`;
