import { displayBytes } from '../storage/manifest/byte-string.ts';
import { type Entry, entryOf, hasLink, isLetter } from '../storage/manifest/entry.ts';
import { fault } from './fault.ts';
import { type FrameStream, textOf, unexpected } from './frame-stream.ts';
import { messageIn } from './message.ts';
import { attributesOf } from './stat-line.ts';

const END = 'backupphase2';

/**
 * Phase 1: what the client has, up to its "backupphase2". A string is a warning of the client. Throws EPROTO for more
 * than `most` entries.
 */
export async function* readScan(
  frames: FrameStream,
  most: number,
): AsyncGenerator<Entry | string, void, undefined> {
  for (let count = 0; ; count++) {
    const frame = await frames.next('an entry of the scan');
    if (frame.letter === 'w' || frame.letter === 'p') {
      yield messageIn(frame);
      continue;
    }
    if (frame.letter === 'c' && textOf(frame) === END) return;
    if (frame.letter !== 'r') throw unexpected(frame, 'an entry of the scan');
    if (count >= most) throw fault(`the client's scan has more than the ${most} entries that are allowed`);
    yield await readEntry(frames, attributesOf(frame));
  }
}

/** The path, and for links the target: a second frame with the same letter. */
async function readEntry(frames: FrameStream, attributes: Entry['attributes']): Promise<Entry> {
  const frame = await frames.next('a path');
  const { letter } = frame;
  if (!isLetter(letter)) throw unexpected(frame, 'a path');
  const path = textOf(frame);
  if (path === '') throw fault('the client sent an empty path');
  if (!hasLink(letter)) return entryOf(letter, path, attributes);
  const second = await frames.next(`the target of the link ${displayBytes(path)}`);
  if (second.letter !== letter || second.payload.length === 0)
    throw unexpected(second, `the target of the link ${displayBytes(path)}`);
  return entryOf(letter, path, attributes, { link: textOf(second) });
}
