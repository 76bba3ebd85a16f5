import { open, readdir, readFile, rename, unlink } from 'node:fs/promises';

/** What `packages.ts` measures, as a module that knows of no simulated disk: takes away what a save left, and saves. */
export async function recover(directory: string): Promise<void> {
  const names = await readdir(directory);
  if (names.includes('tmp')) await unlink(`${directory}/tmp`);
  await readFile(`${directory}/file`, 'utf8');
  await save(directory, 'new'.repeat(20));
}

async function save(directory: string, text: string): Promise<void> {
  const file = await open(`${directory}/tmp`, 'w');
  await file.writeFile(text);
  await file.sync();
  await file.close();
  await rename(`${directory}/tmp`, `${directory}/file`);
  const parent = await open(directory, 'r');
  await parent.sync();
  await parent.close();
}
