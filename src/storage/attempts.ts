import type { FileSystem } from '../ports/file-system.ts';
import { syncPath, writeAll } from './durable.ts';
import { ATTEMPTS } from './layout.ts';

/** Notes one more attempt to resume, durably: the file has one byte for each. */
export async function countAttempt(fs: FileSystem, directory: string): Promise<void> {
  const file = await fs.open(`${directory}/${ATTEMPTS}`, 'a', 0o600);
  try {
    await writeAll(file, Buffer.from('.'));
    await file.sync();
  } finally {
    await file.close();
  }
  await syncPath(fs, directory);
}
