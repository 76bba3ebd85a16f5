import type { Paint } from './paint.ts';
import { placeText } from './ledger.ts';
import type { EditReport } from './schema/remedy.ts';
import { clip, count, escapeText } from './text.ts';

/** The lines of a source file; undefined where it can't be read. */
export type SourceOf = (file: string) => readonly string[] | undefined;

const OP_WORD: Readonly<Record<string, string>> = { create: 'creation', mkdir: 'mkdir', rmdir: 'rmdir' };

/** What is to be done, in words. */
export function editSentence({ when, kind, target, path }: EditReport): string {
  if (when === 'begin')
    return 'at the beginning of recovery: sync what it finds, as a killed process may have left it in memory';
  const op = OP_WORD[kind ?? ''] ?? kind ?? '';
  const what =
    target === 'file'
      ? `fsync the file (${escapeText(path)})`
      : target === 'directory'
        ? `fsync the directory that holds the name (${escapeText(path)})`
        : target === 'old directory'
          ? `fsync the directory that the name is taken from (${escapeText(path)})`
          : 'sync everything';
  return `${when} the ${op}: ${what}`;
}

/** The place in the source; what is not in JavaScript has none, and is told by the call that it makes. */
function headOf({ places: [place], when, kind }: EditReport): string {
  if (place) return escapeText(placeText(place));
  return when === 'begin'
    ? 'recover'
    : `the program's system calls, at its ${OP_WORD[kind ?? ''] ?? kind ?? ''}`;
}

/** One edit: where, what, and the line with what is added, as a patch has it. */
export function editLines(edit: EditReport, source: SourceOf, paint: Paint, columns: number): string[] {
  const [place, ...way] = edit.places;
  const lives =
    edit.parts.length > 1
      ? 'in runs and recoveries'
      : edit.parts[0] === 'run'
        ? 'in the run'
        : 'in recoveries';
  const lines = [
    `  ${paint('bold', headOf(edit))}`,
    ...way.slice(0, 2).map((each) => paint('dim', `      called by ${escapeText(placeText(each))}`)),
    `    ${editSentence(edit)} ${paint('dim', `(${count(edit.calls, 'call')} ${lives})`)}`,
  ];
  const text = place && source(place.file)?.[place.line - 1];
  if (place === undefined || text === undefined) return lines;
  const indent = /^\s*/.exec(text)![0];
  const number = String(place.line).padStart(6);
  const old = clip(`${number}   ${escapeText(text)}`, columns);
  const added = patchOf(edit, text).map((line) =>
    paint('good', clip(`${' '.repeat(number.length)} + ${escapeText(indent + line)}`, columns)),
  );
  return [
    ...lines,
    ...(edit.when === 'before' ? [...added, paint('dim', old)] : [paint('dim', old), ...added]),
  ];
}

/** The lines to add, in the style of the line that they come next to. */
function patchOf({ target, path }: EditReport, text: string): readonly string[] {
  const isSync = /\w+Sync\(/.test(text);
  const name = JSON.stringify(path);
  if (target === 'file') {
    // A handle has its own sync; who writes by a path has a flag for it, or opens the file again.
    const handle = /\b(\w+)\.(?:write|writev|writeFile|appendFile|truncate)\(/.exec(text)?.[1];
    if (handle !== undefined && !/^(?:fs|fsp|promises)$/.test(handle)) return [`await ${handle}.sync();`];
    const fd = /\bwrite(?:v)?Sync\(\s*(\w+)/.exec(text)?.[1];
    if (fd !== undefined) return [`fs.fsyncSync(${fd});`];
    if (/\b(?:writeFile|appendFile)(?:Sync)?\(/.test(text))
      return [`// with { flush: true } as its last argument`];
  }
  if (isSync) return [`const fd = fs.openSync(${name}, 'r'); fs.fsyncSync(fd); fs.closeSync(fd);`];
  const variable = target === 'file' ? 'file' : 'directory';
  return [
    `const ${variable} = await fs.open(${name}, 'r');`,
    `await ${variable}.sync();`,
    `await ${variable}.close();`,
  ];
}
