import { open, type FileHandle } from 'node:fs/promises';

/** What somebody may want to know of a report that is about to be replaced. */
export interface EarlierReport {
  /** The arguments that it was made with. */
  readonly settings: readonly string[];
  /** Undefined if it was cut off. */
  readonly verdict: string | undefined;
}

/** Enough for the first event and for the last, in bytes; what is between may be very long. */
const END_MAX = 1 << 16;

/** The first and the last event of a file; undefined if there is none, or it is none of ours. */
export async function earlierReport(path: string): Promise<EarlierReport | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const stats = await file.stat();
    if (!stats.isFile()) return undefined;
    const start = parsed((await part(file, 0)).split('\n', 1)[0]!);
    // Behind the last event there may be a sum.
    const last = (await part(file, Math.max(0, stats.size - END_MAX))).trimEnd().split('\n').slice(-2);
    const end = last.map(parsed).find((line) => line?.['type'] === 'end');
    if (start?.['type'] !== 'start' || !Array.isArray(start['settings'])) return undefined;
    const verdict = end ? String(end['verdict']) : undefined;
    return { settings: start['settings'].map(String), verdict };
  } finally {
    await file.close();
  }
}

async function part(file: FileHandle, position: number): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(END_MAX), 0, END_MAX, position);
  return buffer.subarray(0, bytesRead).toString();
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
