import { expect } from 'vitest';
import type { Frame } from '../frame.ts';
import { linesOf } from './frames.ts';
import { readTranscripts } from './transcript.ts';
import { type Served, type World, trusted } from './world.ts';

export interface Played extends Served {
  /** What this server said, and what the recorded one said: one line for each frame. */
  readonly said: readonly string[];
  readonly recorded: readonly string[];
}

/** Plays the client's half of a recorded conversation, which begins at `time`, if it says when. */
export async function play(world: World, name: string, client: string, time?: string): Promise<Played> {
  if (time !== undefined) world.now = Date.parse(time);
  const [transcript] = readTranscripts(name);
  const served = await world.serve(transcript!.client, trusted(client));
  return { ...served, said: normal(served.frames), recorded: normal(transcript!.server) };
}

/** Plays a conversation, and holds this server to saying what Burp's said. */
export async function same(world: World, name: string, client: string, time?: string): Promise<Played> {
  const played = await play(world, name, client, time);
  expect(played.said).toEqual(played.recorded);
  return played;
}

/**
 * What both servers have to say alike. These differ, and Burp's client doesn't care: which features are offered; the
 * counters, which are one of them; the sums after restored data (Burp's are those of the packed data, ours those of the
 * file); what an entry is called by that shares its data path with another, or has no plain one.
 */
export function normal(frames: readonly Frame[]): string[] {
  const lines = linesOf(frames).filter((line) => !line.startsWith('c:{'));
  return lines.map((line) => {
    if (line.startsWith('c:extra_comms_begin ok:')) return 'c:extra_comms_begin ok:';
    if (/^x:\d+:[0-9a-f]{32}$/.test(line)) return 'x:size and sum';
    if (line.startsWith('t:'))
      return /^t:(\d+\/)?t\/[\n -~]+$/.test(line) ? line.replace(/\d+\//, '') : 't:elsewhere';
    return line;
  });
}
