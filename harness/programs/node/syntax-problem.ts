import { stripVTControlCharacters } from 'node:util';
import { shownPath } from '../shown-path.ts';

/** What rolldown says of a file that is no JavaScript or TypeScript: a drawing over several lines, or several sentences. */
interface Problem {
  readonly message: string;
  readonly loc?: { readonly line: number; readonly column: number } | undefined;
}

/** The same as an error of one line, with the place where it is. */
export function syntaxProblem(file: string, problem: unknown): SyntaxError {
  const { message, loc } = problem as Problem;
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => !line.startsWith('Parse failed'));
  const what = lines[0]!.replace(/^\[\w+\]\s*/, '');
  const place = loc ? `${shownPath(file)}:${loc.line}:${loc.column + 1}` : shownPath(file);
  return new SyntaxError(`${what} (${place})`);
}
