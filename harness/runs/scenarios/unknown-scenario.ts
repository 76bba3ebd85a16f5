import type { Catalogue } from '../../explore/catalogue.ts';
import { escapeText } from '../../../reports/text.ts';
import { BadArgument } from '../bad-argument.ts';
import { suggestion } from '../names.ts';
import type { Own, OwnScenario } from './own-scenarios.ts';

/**
 * What to say where a name is of no scenario: the nearest of all that there are, the project's own among them, and each
 * file of the project that can't be used, since what was asked for may be in there.
 *
 * @param hint what else may help, as the end of a line
 */
export function unknownScenario(
  name: string,
  { scenarios, problems }: Own,
  catalogue: Catalogue,
  hint = '',
): BadArgument {
  const names = [...scenarios.map(({ scenario }) => scenario.name), ...catalogue.map((entry) => entry.name)];
  const unread = problems.map(({ message }) => message).join('; and ');
  const more = unread === '' ? '' : `; it may be in a file that can't be used: ${unread}`;
  return new BadArgument(
    `unknown scenario "${escapeText(name)}": ${suggestion(name, names, 'list')}${hint}${more}`,
  );
}

/** Where two files have a scenario of the same name: neither is taken for the other. */
export function namedTwice(
  name: string,
  found: readonly OwnScenario[],
  option: '' | '--from ' = '',
): BadArgument {
  const files = found.map(({ path }) => escapeText(path)).join(' and ');
  const what = option === '' ? 'name the file' : `say which with ${option}${escapeText(found[0]!.path)}`;
  return new BadArgument(`there are two scenarios "${escapeText(name)}", in ${files}: ${what}`);
}
