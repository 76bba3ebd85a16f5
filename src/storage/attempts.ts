import type { FileSystem } from '../ports/file-system.ts';
import { syncPath, writeAll } from './durable.ts';
import { ATTEMPTS } from './layout.ts';
import { FILE_MODE } from './modes.ts';

/** Notes one more attempt to resume, durably: the file has one byte for each. */
export async function countAttempt(fs: FileSystem, directory: string): Promise<void> {
  const file = await fs.open(`${directory}/${ATTEMPTS}`, 'a', FILE_MODE);
  try {
    await writeAll(file, Buffer.from('.'));
    await file.sync();
  } finally {
    await file.close();
  }
  await syncPath(fs, directory);
}
