import { RE2JS, RE2JSException } from 're2js';
import type { ByteString } from '../storage/manifest/byte-string.ts';
import { Refusal } from './fault.ts';

/** Whether a path is wanted. */
export type Matches = (path: ByteString) => boolean;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A POSIX extended regular expression, searched for in whole paths. It comes from the network, so it is matched in linear
 * time: no expression may hold the server up. Throws a Refusal, in Burp's words, for one that is none.
 */
export function compilePattern(
  text: ByteString,
  { ignoresCase }: { readonly ignoresCase: boolean },
): Matches {
  if (text === '') return () => true;
  try {
    const flags = (ignoresCase ? RE2JS.CASE_INSENSITIVE : 0) | RE2JS.DOTALL | RE2JS.DISABLE_UNICODE_GROUPS;
    const compiled = RE2JS.compile(translate(decode(text)), flags);
    return (path) => compiled.test(decode(path));
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new Refusal(`unable to compile regex: ${text}\n`);
  }
}

/** Text where the bytes are UTF-8, else one character for each byte. */
function decode(bytes: ByteString): string {
  try {
    return UTF8.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return bytes;
  }
}

/**
 * From POSIX to RE2: within brackets a backslash is just a backslash, `\<` and `\>` are the edges of words, other
 * escaped letters without a meaning stand for themselves, and `(?` means nothing.
 */
function translate(posix: string): string {
  let result = '';
  for (let at = 0; at < posix.length;) {
    const [piece, used] = translateAt(posix, at);
    result += piece;
    at += used;
  }
  return result;
}

function translateAt(posix: string, at: number): [piece: string, used: number] {
  const character = posix[at]!;
  if (character === '[') {
    const end = bracketEnd(posix, at);
    return [posix.slice(at, end).replaceAll('\\', '\\\\'), end - at];
  }
  if (character === '(' && posix[at + 1] === '?') return ['(\\?', 2];
  if (character !== '\\') return [character, 1];
  const escaped = posix[at + 1];
  if (escaped === undefined) return ['\\', 1];
  if (escaped === '<' || escaped === '>') return ['\\b', 2];
  if (/[wWsSbB1-9]/.test(escaped) || /[^A-Za-z0-9]/.test(escaped)) return [`\\${escaped}`, 2];
  return [escaped, 2];
}

/** Where a bracket expression that begins at `at` ends: a `]` right at its start, and those of classes, belong to it. */
function bracketEnd(posix: string, at: number): number {
  let end = at + 1;
  if (posix[end] === '^') end++;
  if (posix[end] === ']') end++;
  while (end < posix.length && posix[end] !== ']') {
    const opener = posix[end] === '[' ? posix[end + 1] : undefined;
    const close = opener && '.:='.includes(opener) ? posix.indexOf(`${opener}]`, end + 2) : -1;
    end = close < 0 ? end + 1 : close + 2;
  }
  return Math.min(end + 1, posix.length);
}
