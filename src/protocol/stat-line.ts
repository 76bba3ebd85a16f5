import { type Attributes, parseAttributes } from '../storage/manifest/attributes.ts';
import { fault } from './fault.ts';
import type { Frame } from './frame.ts';

/** Reads the payload of an `r` frame. Throws EPROTO if it is not one. */
export function attributesOf({ payload }: Frame): Attributes {
  const attributes = parseAttributes(payload, 0, payload.length);
  if ('reason' in attributes)
    throw fault(`the client sent a bad stat line: ${attributes.reason} (byte ${attributes.at})`);
  return attributes;
}
