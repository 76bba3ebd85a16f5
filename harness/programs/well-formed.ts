import { kindOf } from './kind-of.ts';
import { nearestName } from './nearest-name.ts';

/** What a key of a definition may hold. */
export type Kind = 'text' | 'function' | 'boolean' | 'count' | 'paths' | 'record';

const KINDS: Readonly<Record<Kind, { readonly words: string; readonly holds: (value: unknown) => boolean }>> =
  {
    text: { words: 'a text', holds: (value) => typeof value === 'string' },
    function: { words: 'a function', holds: (value) => typeof value === 'function' },
    boolean: { words: 'true or false', holds: (value) => typeof value === 'boolean' },
    count: {
      words: 'a whole number from 0 on',
      holds: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
    },
    paths: {
      words: "a list of absolute paths, like ['/cache']",
      holds: (value) =>
        Array.isArray(value) && value.every((each) => typeof each === 'string' && each.startsWith('/')),
    },
    record: {
      words: "an object, like { '/wal': 'xfs' }",
      holds: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    },
  };

/**
 * Sees to it that a definition has what it must have, each of the right kind, and nothing else: a misspelt key would
 * be a recovery that nobody calls.
 *
 * @throws TypeError in one line
 */
export function demandShape(
  definition: unknown,
  keys: Readonly<Record<string, Kind>>,
  required: readonly string[],
): void {
  if (!KINDS.record.holds(definition)) {
    throw new TypeError(
      `a scenario is an object with ${required.join(', ')}, at least: it was given ${kindOf(definition)}`,
    );
  }
  const given = definition as Record<string, unknown>;
  const own = typeof given['name'] === 'string' ? `scenario "${given['name']}"` : 'a scenario';
  for (const key of Object.keys(given))
    if (!Object.hasOwn(keys, key)) throw unknownKey(own, key, Object.keys(keys));
  for (const key of required) {
    if (given[key] === undefined)
      throw new TypeError(`${own} has no ${key}: it needs ${required.join(', ')}`);
  }
  for (const [key, kind] of Object.entries(keys)) {
    const value = given[key];
    if (value === undefined || KINDS[kind].holds(value)) continue;
    throw new TypeError(`${own}: ${key} must be ${KINDS[kind].words}, not ${kindOf(value)}`);
  }
}

function unknownKey(own: string, key: string, known: readonly string[]): TypeError {
  const nearest = nearestName(key, known);
  const instead = nearest === undefined ? `it may have ${known.join(', ')}` : `did you mean "${nearest}"?`;
  return new TypeError(`${own} has an unknown key ${JSON.stringify(key)}: ${instead}`);
}
