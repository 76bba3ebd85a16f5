import fs from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A character of a file; both from 1, as stacks and editors have it. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What a compiler says of where its output comes from. */
export type LineMap = Omit<SourceMapPayload, 'file' | 'sourceRoot'> &
  Partial<Pick<SourceMapPayload, 'file' | 'sourceRoot'>>;

/** How one file's positions are led back: step by step, the last rewriting first. */
interface Way {
  readonly maps: readonly SourceMap[];
  /** The file that it leads to; undefined if the maps say so themselves. */
  readonly file: string | undefined;
}

/** As they were before any life: what programs find there is closed to them. */
const { existsSync, readFileSync } = fs;

const ways = new Map<string, Way | undefined>();
let stripped: ((file: string) => LineMap | undefined) | undefined;

/** A file is run in another form than it stands on the disk: its maps, those of the last rewriting first. */
export function rewritten(file: string, maps: readonly (LineMap | undefined)[]): void {
  const known = maps.filter((map) => map !== undefined);
  ways.set(file, known.length === 0 ? undefined : { maps: known.map(mapOf), file });
}

/** Node's loader runs files in another form: `map` says how, and gives undefined for those that it leaves alone. */
export function rewrittenByLoader(map: (file: string) => LineMap | undefined): void {
  stripped = map;
}

/** Where what is run stands in the file that somebody wrote; the same place, if nothing better is known. */
export function originalPlace(place: Position): Position {
  if (!ways.has(place.file)) ways.set(place.file, wayOf(place.file));
  const way = ways.get(place.file);
  if (way === undefined) return place;
  let found: Position = place;
  for (const map of way.maps) {
    const next = stepBack(map, found, way.file);
    if (next === undefined) return place;
    found = next;
  }
  return found;
}

function stepBack(
  map: SourceMap,
  { line, column }: Position,
  file: string | undefined,
): Position | undefined {
  const entry = map.findEntry(line - 1, column - 1);
  if (!('originalLine' in entry) || entry.generatedLine !== line - 1) return undefined;
  return {
    file: file ?? entry.originalSource,
    line: entry.originalLine + 1,
    column: entry.originalColumn + 1,
  };
}

function mapOf(map: LineMap): SourceMap {
  return new SourceMap(map as SourceMapPayload);
}

const COMMENT = /\n\/\/# sourceMappingURL=(?<url>[^\s]+\.map)\s*$/;

/** A file that a compiler wrote says where its map is. What it was made of counts if it is still there to be looked at. */
function wayOf(file: string): Way | undefined {
  const own = stripped?.(file);
  if (own) return { maps: [mapOf(own)], file };
  try {
    const url = COMMENT.exec(readFileSync(file, 'utf8'))?.groups?.['url'];
    if (url === undefined) return undefined;
    const at = resolve(dirname(file), decodeURIComponent(url));
    const map = JSON.parse(readFileSync(at, 'utf8')) as SourceMapPayload;
    const sources = map.sources.map((source) => sourceAt(source, map.sourceRoot, at));
    return sources.every((source) => existsSync(source))
      ? { maps: [mapOf({ ...map, sourceRoot: '', sources })], file: undefined }
      : undefined;
  } catch {
    return undefined;
  }
}

function sourceAt(source: string, root: string | undefined, map: string): string {
  if (source.startsWith('file:')) return fileURLToPath(source);
  return resolve(dirname(map), root ?? '', source);
}
