import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

/** A worker of the tests as one file in a directory: Node can't read it as it is, and a thread knows nothing of what the tests are run by. */
export async function bundled(worker: URL, directory: string): Promise<URL> {
  const bundle = await rolldown({ input: fileURLToPath(worker), platform: 'node', logLevel: 'silent' });
  await bundle.write({ dir: directory, format: 'esm', entryFileNames: 'worker.mjs' });
  await bundle.close();
  return pathToFileURL(join(directory, 'worker.mjs'));
}
