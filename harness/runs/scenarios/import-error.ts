import { fileURLToPath } from 'node:url';
import { describeError } from '../../explore/outcome.ts';
import { readSource, resolveModule } from '../../programs/node/sources.ts';
import { syntaxOf } from '../../programs/node/syntax.ts';
import { shownPath } from '../../programs/shown-path.ts';
import { userFrames } from '../../programs/user-frames.ts';

/** Where a stack begins that Node gives to an error of linking: the file and the line, and then the line itself. */
const FIRST_LINE = /^(?<file>file:\/\/\S+|\/\S+):(?<line>\d+)$/;

/** What kept a module from being imported, in one line, and where in the user's files. */
export function importError(error: unknown, file: string): string {
  const what = describeError(error);
  const place = placeOf(error);
  if (place !== undefined) return what.includes(place) ? what : `${what} (${place})`;
  // Node 20 keeps the place of an error of syntax to itself.
  return (error instanceof SyntaxError && syntaxErrorBelow(file, new Set())) || what;
}

function placeOf(error: unknown): string | undefined {
  const stack = (error as { stack?: unknown } | null | undefined)?.stack;
  if (typeof stack !== 'string') return undefined;
  const { file, line } = FIRST_LINE.exec(stack.split('\n', 1)[0]!)?.groups ?? {};
  if (file === undefined) return userFrames(error)?.split('\n', 1)[0];
  return `${shownPath(file.startsWith('file:') ? fileURLToPath(file) : file)}:${line}`;
}

const IMPORTS = /(?:\bfrom|\bimport)\s*['"](?<specifier>\.{1,2}\/[^'"]+)['"]/g;

/** The first error of syntax in a file or in one of the project that it imports, with its place. */
function syntaxErrorBelow(file: string, seen: Set<string>): string | undefined {
  if (seen.has(file) || file.includes('/node_modules/')) return undefined;
  seen.add(file);
  try {
    const { code } = readSource(file);
    syntaxOf(file, code);
    for (const { groups } of code.matchAll(IMPORTS)) {
      const found = resolveModule(groups!['specifier']!, file, 'import');
      const below = 'file' in found ? syntaxErrorBelow(found.file, seen) : undefined;
      if (below !== undefined) return below;
    }
    return undefined;
  } catch (error) {
    return error instanceof SyntaxError ? error.message : undefined;
  }
}
