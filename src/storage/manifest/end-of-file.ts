import type { SizeAndMd5 } from '../codec/digest.ts';

const FORM = /^(0|[1-9][0-9]{0,15}):([0-9a-f]{32})$/;

/** The payload of an `x` record: size in decimal, and MD5 in lower-case hex. */
export function formatEnd(end: SizeAndMd5): string {
  return `${end.size}:${end.md5}`;
}

/** Reads the payload of an `x` record, or gives undefined if it is not one. */
export function parseEnd(payload: string): SizeAndMd5 | undefined {
  const [, digits, md5] = FORM.exec(payload) ?? [];
  const size = Number(digits);
  return md5 !== undefined && Number.isSafeInteger(size) ? { size, md5 } : undefined;
}
