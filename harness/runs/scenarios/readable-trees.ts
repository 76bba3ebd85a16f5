import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { escapeText } from '../../../reports/text.ts';
import { BadArgument } from '../bad-argument.ts';

/** @throws BadArgument for the first tree that is no directory that can be read */
export async function readableTrees(
  trees: readonly string[],
  cwd: string,
): Promise<readonly { readonly path: string; readonly shown: string }[]> {
  const found = trees.map((shown) => ({ shown, path: resolve(cwd, shown) }));
  for (const { path, shown } of found) {
    const kind = await stat(path).then(
      (stats) => (stats.isDirectory() ? 'directory' : 'file'),
      (error: NodeJS.ErrnoException) => error.code ?? 'error',
    );
    if (kind === 'directory') continue;
    const why = kind === 'file' ? 'it is no directory' : `it can't be read (${kind})`;
    throw new BadArgument(`--tree ${escapeText(shown)}: ${why}; it must be a directory`);
  }
  return found;
}
