import type { ByteString } from './byte-string.ts';

/** Whether a path is one of Windows, as Burp's client sends it: a drive, and forward slashes: `C:/Users`. */
export function isWindowsPath(path: ByteString): boolean {
  return /^[A-Za-z]:(?:\/|$)/.test(path);
}

/** A path as a user writes it, in the manifest's form: Windows users may write `C:\\Users` (one backslash each). */
export function withForwardSlashes(path: string): string {
  return isWindowsPath(path.slice(0, 2)) ? path.replaceAll('\\', '/') : path;
}
