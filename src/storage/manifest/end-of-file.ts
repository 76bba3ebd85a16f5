import type { SizeAndMd5 } from '../codec/digest.ts';

const FORM = /^(?:0|[1-9][0-9]{0,15}):[0-9a-f]{32}$/;
const MD5_LENGTH = 32;

/** The payload of an `x` record: size in decimal, and MD5 in lower-case hex. */
export function formatEnd(end: SizeAndMd5): string {
  return `${end.size}:${end.md5}`;
}

/** Reads the payload of an `x` record, or gives undefined if it is not one. */
export function parseEnd(payload: string): SizeAndMd5 | undefined {
  if (!FORM.test(payload)) return undefined;
  const colon = payload.length - MD5_LENGTH - 1;
  const size = Number(payload.slice(0, colon));
  return Number.isSafeInteger(size) ? { size, md5: payload.slice(colon + 1) } : undefined;
}
