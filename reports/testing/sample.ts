import { readFileSync } from 'node:fs';
import type { RunEvent } from '../events.ts';
import { foldEvents, type ReportModel } from '../model.ts';
import { painter } from '../paint.ts';
import { readEvents } from '../read-events.ts';
import { WRITERS } from '../writers.ts';

/** The bytes of one recorded run: `burp-ordering` and others, some passing and some failing. */
export function sampleBytes(): Uint8Array {
  return readFileSync(new URL('sample.jsonl', import.meta.url));
}

export function sampleEvents(): readonly RunEvent[] {
  return readEvents(sampleBytes()).events;
}

export interface Written {
  readonly printed: string;
  readonly files: ReadonlyMap<string, string>;
}

/** What a writer makes of events. */
export async function writtenBy(
  name: string,
  events: readonly RunEvent[],
  options: { readonly colour?: boolean } = {},
): Promise<Written> {
  let printed = '';
  const files = new Map<string, string>();
  const writer = WRITERS[name]!.make({
    print: (text) => void (printed += text),
    columns: 120,
    paint: painter(options.colour ?? false),
    write: async (file, content) =>
      void files.set(file, typeof content === 'string' ? content : Buffer.from(content).toString()),
    lines: () => events.map((event) => JSON.stringify(event)),
  });
  for (const [i, event] of events.entries()) {
    const model = (): ReportModel => foldEvents(events.slice(0, i + 1));
    writer.event?.(event, model);
  }
  await writer.end?.(foldEvents(events));
  return { printed, files };
}
