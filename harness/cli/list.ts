import type { CatalogueEntry } from '../explore/catalogue.ts';
import { literature, models } from '../persistence/models.ts';
import { directlyAbove, strongest } from '../persistence/lattice.ts';
import { painter } from '../../reports/paint.ts';
import { escapeText } from '../../reports/text.ts';
import type { Own, OwnScenario } from '../runs/scenarios/own-scenarios.ts';
import type { Known } from '../runs/scenarios/project-catalogue.ts';
import type { Io } from './io.ts';

/**
 * `blackout list`: the scenarios of the project's own files, and those of the catalogue by group; or as JSON for
 * programs, where files of the project that can't be used are only told beside it.
 */
export function listCommand(
  { catalogue, isOwn }: Known,
  { scenarios, problems }: Own,
  io: Io,
  { json }: { readonly json?: boolean } = {},
): void {
  const own = scenarios.map((each) => listedOwn(each));
  const all = [...own, ...catalogue.map((entry) => listed(entry, isOwn || own.length === 0))];
  if (json) {
    for (const { message } of problems) io.stderr.write(`blackout: ${message}\n`);
    return io.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
  }
  const paint = painter(io.stdout.isTTY && !io.noColour);
  const width = Math.max(0, ...all.map(({ name }) => name.length));
  const lines: string[] = [];
  for (const group of new Set(all.map((each) => each.group))) {
    if (lines.length > 0) lines.push('');
    lines.push(paint('bold', group));
    for (const each of all.filter((other) => other.group === group)) {
      const mark = each.byDefault ? '*' : ' ';
      const breaks =
        each.breaksUnder.length > 0
          ? paint('dim', ` (breaks under ${strongest(each.breaksUnder).join(', ')})`)
          : '';
      const trees = each.takesTrees ? paint('dim', ' [--tree]') : '';
      lines.push(`${mark} ${each.name.padEnd(width)}  ${escapeText(each.summary)}${trees}${breaks}`);
    }
  }
  for (const { message } of problems) lines.push('', paint('bad', message));
  lines.push('', '* run by `blackout run` without names   [--tree] can use directories of yours');
  io.stdout.write(`${lines.join('\n')}\n`);
}

/** All that `list` shows of a scenario. */
interface Listed extends Pick<CatalogueEntry, 'name' | 'group' | 'summary' | 'byDefault'> {
  readonly takesTrees: boolean;
  readonly breaksUnder: readonly string[];
}

function listed({ name, group, summary, byDefault, ...rest }: CatalogueEntry, isRun: boolean): Listed {
  const { takesTrees = false, breaksUnder = [] } = rest;
  return { name, group, summary, byDefault: byDefault && isRun, takesTrees, breaksUnder: [...breaksUnder] };
}

function listedOwn({ path, scenario: { name, summary = '' } }: OwnScenario): Listed {
  return { name, group: escapeText(path), summary, byDefault: true, takesTrees: false, breaksUnder: [] };
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
