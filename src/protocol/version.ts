/** A version of Burp: major, minor, and patch number. */
export type Version = readonly [number, number, number];

const FORM = /^(\d{1,4})\.(\d{1,4})\.(\d{1,4})$/;

/** Reads `3.1.4`; undefined for anything else. */
export function parseVersion(text: string): Version | undefined {
  const [, major, minor, patch] = FORM.exec(text) ?? [];
  return patch === undefined ? undefined : [Number(major), Number(minor), Number(patch)];
}

export function isAtLeast(version: Version, least: Version): boolean {
  for (const [part, number] of version.entries()) if (number !== least[part]) return number > least[part]!;
  return true;
}
