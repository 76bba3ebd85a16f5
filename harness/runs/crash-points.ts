import { count, escapeText } from '../../reports/text.ts';
import { BadArgument } from './bad-argument.ts';

/**
 * Sees to it that a life has the crash point that somebody asks for.
 *
 * @param asked as it was asked for
 * @throws BadArgument with the crash points that there are
 */
export function demandPoint(at: number, asked: string, scenario: string, ops: number): void {
  if (at <= ops) return;
  throw new BadArgument(
    `--at ${asked}: ${escapeText(scenario)} has ${count(ops, 'op')}, so its crash points are 0 to ${ops}`,
  );
}
