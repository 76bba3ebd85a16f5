import { kindOf } from '../programs/kind-of.ts';
import type { Finding } from '../programs/scenario.ts';
import { userFrames } from '../programs/user-frames.ts';
import { describeError } from './outcome.ts';
import { ScenarioError } from './main-life.ts';

/**
 * What a check returned, as a list.
 * @throws ScenarioError if that is nothing that a check may return: it says neither yes nor no
 */
export function findingsOf(returned: unknown, scenario: string): readonly Finding[] {
  if (returned === undefined || isPassed(returned)) return [];
  const findings: readonly unknown[] = Array.isArray(returned) ? returned : [returned];
  if (findings.every(isFinding)) return findings;
  const wrong = findings.find((finding) => !isFinding(finding));
  const where = Array.isArray(returned) ? 'a list with ' : '';
  throw new ScenarioError(
    `check of ${scenario} returned ${where}${kindOf(wrong)}: ${instead(wrong)}, or nothing if all is well`,
  );
}

/** `check: () => expect(...).toBe(...)` returns what chai goes on with, which has passed, or else it had thrown. */
function isPassed(returned: unknown): boolean {
  if (typeof returned !== 'object' || returned === null) return false;
  // Not asked for itself: it throws where it is asked for what it has not.
  const { constructor } = (Reflect.getPrototypeOf(returned) ?? {}) as { readonly constructor?: unknown };
  return typeof constructor === 'function' && constructor.name === 'Assertion';
}

/** What somebody who returned this probably wanted to say. */
function instead(wrong: unknown): string {
  if (wrong instanceof Error)
    return "it must throw an assertion's error, or return broken('what should hold', 'what is')";
  if (typeof wrong === 'string') return `it must return broken('what should hold', ${JSON.stringify(wrong)})`;
  if (typeof wrong === 'object' && wrong !== null && 'invariant' in wrong) {
    const { message, kind } = wrong as Partial<Record<keyof Finding, unknown>>;
    if (typeof message !== 'string') return 'broken(...) takes two texts, what should hold and what is';
    return `its kind must be 'lost' or 'corrupt', not ${kindOf(kind)}`;
  }
  return "it must return broken('what should hold', 'what is')";
}

/** Whether it is what `broken` makes, be it returned or thrown. */
export function isFinding(value: unknown): value is Finding {
  if (typeof value !== 'object' || value === null || !('invariant' in value)) return false;
  const { invariant, message, kind } = value as Partial<Record<keyof Finding, unknown>>;
  const known = kind === undefined || kind === 'lost' || kind === 'corrupt';
  return typeof invariant === 'string' && typeof message === 'string' && known;
}

/** A finding about something that was thrown, with the frames of the program. */
export function thrown(invariant: string, what: string, error: unknown): Finding {
  const stack = userFrames(error);
  return {
    invariant,
    message: `${what}: ${describeError(error)}`,
    ...(stack === undefined ? {} : { stack }),
  };
}
