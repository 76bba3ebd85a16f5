import type { Catalogue } from '../explore/catalogue.ts';
import { literature, models } from '../persistence/models.ts';
import { painter } from '../../reports/paint.ts';
import { escapeText } from '../../reports/text.ts';
import type { Io } from './io.ts';

/** `blackout list`: the scenarios by group. */
export function listCommand(catalogue: Catalogue, io: Io): void {
  const paint = painter(io.stdout.isTTY && !io.noColour);
  const width = Math.max(0, ...catalogue.map((entry) => entry.name.length));
  const lines: string[] = [];
  for (const group of new Set(catalogue.map((entry) => entry.group))) {
    if (lines.length > 0) lines.push('');
    lines.push(paint('bold', group));
    for (const entry of catalogue.filter((each) => each.group === group)) {
      const mark = entry.byDefault ? '*' : ' ';
      const breaks = entry.breaksUnder?.length
        ? paint('dim', ` (breaks under ${entry.breaksUnder.join(', ')})`)
        : '';
      const trees = entry.takesTrees ? paint('dim', ' [--tree]') : '';
      lines.push(`${mark} ${entry.name.padEnd(width)}  ${escapeText(entry.summary)}${trees}${breaks}`);
    }
  }
  lines.push('', '* run by `blackout run` without names   [--tree] can use directories of yours');
  io.stdout.write(`${lines.join('\n')}\n`);
}

/** `blackout models`: what each model allows, and where its rules come from. */
export function modelsCommand(io: Io): void {
  const paint = painter(io.stdout.isTTY && !io.noColour);
  const blocks = [...models, ...literature].map(({ name, summary, rules, source }) =>
    [
      `${paint('bold', name)}: ${summary}`,
      ...rules.map((rule) => `  - ${rule}`),
      paint('dim', `  source: ${source}`),
    ].join('\n'),
  );
  io.stdout.write(`${blocks.join('\n\n')}\n`);
}
