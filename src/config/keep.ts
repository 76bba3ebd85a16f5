import type { Findings } from './config-error.ts';
import type { Values } from './values.ts';

/** Burp's limit of the product: a backup a minute for 100 years. */
const MOST = 52_560_000;

/** Finds what is wrong with `keep`. */
export function checkKeep(values: Values, file: string, findings: Findings): void {
  const given = values.numbers('keep');
  const at = values.at('keep');
  if (given.length === 0) findings.problem(`${file}: keep is not set`);
  if (given.includes(0)) findings.problem('keep is a whole number from 1 up, not 0', at);
  if (given.reduce((product, value) => product * value, 1) > MOST)
    findings.problem(`the keep values multiply to more than ${MOST}`, at);
}

/**
 * The windows of retention. Of several values Burp adds one to the last, so that `7, 4, 6` can restore what is 168
 * backups old, and not only 140.
 */
export function keepWindows(values: Values): readonly number[] {
  const given = values.numbers('keep');
  return given.length < 2 ? given : [...given.slice(0, -1), given.at(-1)! + 1];
}
