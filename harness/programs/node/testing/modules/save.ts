import { open, rename, writeFile } from 'node:fs/promises';

export interface Settings {
  readonly theme: string;
}

/** Old or new, whatever happens. */
export async function save(path: string, settings: Settings): Promise<void> {
  const handle = await open(`${path}.tmp`, 'w');
  await handle.writeFile(JSON.stringify(settings));
  await handle.sync();
  await handle.close();
  await rename(`${path}.tmp`, path);
}

/** The same without the sync: the rename may survive and what was written may not. */
export async function saveUnsynced(path: string, settings: Settings): Promise<void> {
  await writeFile(`${path}.tmp`, JSON.stringify(settings));
  await rename(`${path}.tmp`, path);
}

/** Half a second later, and nobody waits for it. */
export function saveLater(path: string, settings: Settings): void {
  setTimeout(() => void saveUnsynced(path, settings), 500);
}
