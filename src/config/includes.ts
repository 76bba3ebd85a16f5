import { fromText } from '../storage/manifest/byte-string.ts';
import { comparePaths } from '../storage/manifest/path-order.ts';
import type { Findings } from './config-error.ts';
import { INCLUDE_OPTIONS } from './include-options.ts';
import type { Parsed } from './kinds.ts';
import type { Values } from './values.ts';

/** Lists that Burp does not sort. */
const UNSORTED = new Set(['read_fifo', 'read_blockdev']);

/**
 * The lines that are sent to a client whose includes are set on the server, in Burp's order; none if they are not:
 * then the client's own count.
 */
export function includeLines(values: Values): readonly string[] {
  if (!values.has('include') && !values.has('include_glob')) return [];
  return INCLUDE_OPTIONS.flatMap(({ name, isList }) => {
    if (!isList) return scalar(values.one(name)).map((text) => fromText(`${name} = ${text}`));
    const texts = values.all(name).map(({ text }) => text);
    if (!UNSORTED.has(name)) texts.sort((left, right) => comparePaths(fromText(left), fromText(right)));
    return texts.map((text) => fromText(`${name} = ${text}`));
  });
}

/** Warns of what is said about includes where none are set: the client's own count, so it would do nothing. */
export function warnOfStrayIncludes(values: Values, findings: Findings): void {
  if (values.has('include') || values.has('include_glob')) return;
  for (const { name } of INCLUDE_OPTIONS)
    for (const { at } of values.all(name))
      findings.warning(
        `${name} has no effect without an include: what to back up is the client's to say`,
        at,
      );
}

/** As Burp prints it: sizes in bytes, flags as 0 and 1. */
function scalar(value: Parsed | undefined): readonly string[] {
  if (value === undefined) return [];
  return [typeof value === 'boolean' ? String(Number(value)) : String(value)];
}
