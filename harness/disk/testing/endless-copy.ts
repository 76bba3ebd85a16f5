import type * as nodeFs from 'node:fs';
import { dirname, resolve } from 'node:path/posix';
import { fileURLToPath } from 'node:url';

type Fs = typeof nodeFs;

/**
 * Whether a recursive copy may come upon what it has just made: it goes on until a directory is read that was made too
 * late, or a path is too long, and if it follows links, twice in each round. What becomes of it is the order in which a
 * disk lists its entries. Node itself refuses the plain case; a link hides the others from it.
 */
export function meetsItself(fs: Fs, source: string, target: string, follows: boolean): boolean {
  if (follows && linksToDirectory(fs, source)) return true;
  if (isBelow(source, target)) return false;
  return isBelow(realPath(fs, source), realPath(fs, target));
}

export function textOf(path: unknown): string {
  return path instanceof URL ? fileURLToPath(path) : String(path);
}

function isBelow(above: string, path: string): boolean {
  const [directory, below] = [resolve('/', above), resolve('/', path)];
  return below === directory || below.startsWith(directory === '/' ? '/' : `${directory}/`);
}

/** Of what isn't there, where it would be. */
function realPath(fs: Fs, path: string): string {
  const whole = resolve('/', path);
  if (whole === '/') return whole;
  try {
    return fs.realpathSync(path);
  } catch {
    return `${realPath(fs, dirname(whole))}/${whole.slice(whole.lastIndexOf('/') + 1)}`;
  }
}

function linksToDirectory(fs: Fs, path: string): boolean {
  if (!fs.existsSync(path) || !fs.statSync(path).isDirectory()) return false;
  return fs.readdirSync(path, { withFileTypes: true }).some((entry) => {
    const below = `${path}/${entry.name}`;
    if (entry.isDirectory()) return linksToDirectory(fs, below);
    return entry.isSymbolicLink() && fs.existsSync(below) && fs.statSync(below).isDirectory();
  });
}

/**
 * Whether a listing that follows links goes through more of them than any tree of its own has: round a loop, then, until
 * the kernel gives up. When it does so differs from one time to the next, under load: it counts on when it walks again.
 */
export function listsRoundALoop(fs: Fs, path: string, links = 0): boolean {
  if (links > 8) return true;
  if (!fs.existsSync(path) || !fs.statSync(path).isDirectory()) return false;
  return fs.readdirSync(path).some((name) => {
    const below = `${path}/${name}`;
    return listsRoundALoop(fs, below, links + (fs.lstatSync(below).isSymbolicLink() ? 1 : 0));
  });
}
