import process from 'node:process';

/** A file as one who stands in the working directory would name it: terminals can follow that. */
export function shownPath(path: string): string {
  const cwd = `${process.cwd()}/`;
  return path.startsWith(cwd) ? path.slice(cwd.length) : path;
}
