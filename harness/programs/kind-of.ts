/** What kind of value something is, in words: for whoever gave the wrong one. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Error) return `an error ("${value.message.split('\n', 1)[0]}")`;
  if (value instanceof Promise) return 'a promise';
  if (typeof value === 'object') {
    const keys = Object.keys(value);
    return keys.length === 0 ? 'an empty object' : `an object with ${keys.slice(0, KEYS_MAX).join(', ')}`;
  }
  if (typeof value === 'string') return JSON.stringify(value.slice(0, TEXT_MAX));
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return `a ${typeof value}`;
}

const KEYS_MAX = 6;
const TEXT_MAX = 80;
