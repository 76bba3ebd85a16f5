import { displayBytes, fromBytes } from '../storage/manifest/byte-string.ts';
import type { Frame } from './frame.ts';

/** The text of a warning or message of the client, as one line for logs. */
export function messageIn({ payload }: Frame): string {
  return displayBytes(fromBytes(payload).replace(/\n+$/, ''));
}
