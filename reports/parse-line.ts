import { eventSchema, SCHEMA_VERSION, type RunEvent } from './events.ts';
import { sumSchema, type SumLine } from './sums.ts';
import { clip, escapeText } from './text.ts';

/** What a line of a file of events holds, or what is wrong with it. */
export type Line =
  | { readonly event: RunEvent; readonly text: string }
  | { readonly sum: SumLine }
  | { readonly wrong: string };

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @param ended whether the line has its end: the last one of a file that was cut off has not */
export function parseLine(bytes: Uint8Array, ended: boolean): Line {
  let text: string;
  let value: unknown;
  try {
    text = decoder.decode(bytes);
  } catch {
    return { wrong: 'it is not UTF-8' };
  }
  try {
    value = JSON.parse(text);
  } catch {
    return { wrong: ended ? `it is not JSON: ${clip(escapeText(text), 60)}` : 'it is cut off' };
  }
  const { schemaVersion, type } = (value ?? {}) as { schemaVersion?: unknown; type?: unknown };
  if (schemaVersion !== undefined && schemaVersion !== SCHEMA_VERSION) {
    return {
      wrong: `it has version ${JSON.stringify(schemaVersion)}, and this is version ${SCHEMA_VERSION}`,
    };
  }
  const parsed = type === 'sum' ? sumSchema.safeParse(value) : eventSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    return { wrong: clip(escapeText(`${issue.path.join('.') || 'it'}: ${issue.message}`), 200) };
  }
  return parsed.data.type === 'sum' ? { sum: parsed.data } : { event: parsed.data, text };
}

const NEWLINE = 0x0a;

/** A line of a file, and where it is. */
export interface PlacedLine {
  /** Without its end. */
  readonly bytes: Uint8Array;
  /** Of the file. */
  readonly offset: number;
  readonly ended: boolean;
}

export function* linesOf(bytes: Uint8Array): Generator<PlacedLine> {
  for (let offset = 0; offset < bytes.length;) {
    const end = bytes.indexOf(NEWLINE, offset);
    const ended = end >= 0;
    const to = ended ? end : bytes.length;
    yield { bytes: bytes.subarray(offset, to), offset, ended };
    offset = to + 1;
  }
}
