import { InvalidArgumentError, Option } from 'commander';
import { DEFAULT_WRITERS, WRITERS } from '../../reports/writers.ts';
import { escapeText } from '../../reports/text.ts';

/** `--reporter`, which may be given several times, or with commas. What is given replaces the default. */
export function reporterOption(): Option {
  const names = Object.keys(WRITERS);
  let given: readonly string[] = [];
  return new Option('--reporter <names>', `what to report with, again for several: ${names.join(', ')}`)
    .argParser((text) => (given = [...new Set([...given, ...text.split(',').map(known)])]))
    .default(DEFAULT_WRITERS, DEFAULT_WRITERS.join(', '));
}

/** `--open`, of the commands that make a page. */
export function openOption(): Option {
  return new Option('--open', "open report.html in the system's browser when it is there");
}

function known(text: string): string {
  const name = text.trim();
  if (Object.hasOwn(WRITERS, name)) return name;
  throw new InvalidArgumentError(
    `there is no reporter "${escapeText(name)}": it must be one of ${Object.keys(WRITERS).join(', ')}`,
  );
}
