import { exists, type Files } from './files.ts';
import { CURRENT, DUPLICATE, TMP } from './places.ts';

/**
 * A copy of the current backup, in hard links: it will be taken apart and take the current one's place. That it is
 * there under its final name means that it is complete, though no link in it has been synced.
 */
export async function duplicate(fs: Files): Promise<void> {
  if (!(await exists(fs, CURRENT)) || (await exists(fs, DUPLICATE))) return;
  await fs.rm(DUPLICATE + TMP, { recursive: true, force: true });
  await linkTree(fs, CURRENT, DUPLICATE + TMP);
  await fs.rename(DUPLICATE + TMP, DUPLICATE);
}

async function linkTree(fs: Files, from: string, to: string): Promise<void> {
  const entries = await fs.readdir(from, { withFileTypes: true });
  await fs.mkdir(to);
  for (const entry of entries) {
    const [source, target] = [`${from}/${entry.name}`, `${to}/${entry.name}`];
    if (entry.isDirectory()) await linkTree(fs, source, target);
    else await fs.link(source, target);
  }
}
