/** One line of a configuration file in Burp's format. */
export type Line =
  | { readonly kind: 'blank' }
  | { readonly kind: 'include'; readonly pattern: string }
  | {
      readonly kind: 'pair';
      readonly name: string;
      readonly value: string;
      /** Written `name := value`: a list starts anew with it. */
      readonly isReset: boolean;
    }
  | { readonly kind: 'mistake'; readonly reason: string };

/** Reads a line as Burp's `conf_get_pair` does. A `.` with a space must be the first thing in its line. */
export function parseLine(text: string): Line {
  if (text.startsWith('. ')) return include(text.slice(2).trimEnd());
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.startsWith('#')) return { kind: 'blank' };
  const equals = trimmed.indexOf('=');
  if (equals < 0) return mistake('a line is "name = value", a comment that starts with #, or ". file"');
  const before = trimmed.slice(0, equals);
  const name = before.replace(/[\s:]+$/, '');
  if (name === '') return mistake('there is no name before the "="');
  const isReset = before.slice(name.length).includes(':');
  const value = unquote(trimmed.slice(equals + 1).trim());
  if (value === undefined) return mistake(`the quote in the value of ${name} is not closed`);
  if (value === '') return mistake(`${name} has no value`);
  return { kind: 'pair', name, value, isReset };
}

function include(pattern: string): Line {
  return pattern === '' ? mistake('there is no file after the "."') : { kind: 'include', pattern };
}

function mistake(reason: string): Line {
  return { kind: 'mistake', reason };
}

/** Without quotes around it, and then without what follows the closing one. Undefined if there is no closing one. */
function unquote(text: string): string | undefined {
  const quote = text[0];
  if (quote !== "'" && quote !== '"') return text;
  let value = '';
  for (let at = 1; at < text.length; at++) {
    const character = text[at]!;
    if (character === quote) return value;
    value += character === '\\' ? (text[++at] ?? '') : character;
  }
  return undefined;
}
