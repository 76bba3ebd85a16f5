import { readdir } from 'node:fs/promises';
import { isClientName } from '../server/client-name.ts';
import { ifThere } from '../storage/errors.ts';
import type { ServerConfig } from './server-config.ts';

/** The names of all files in clientconfdir that may be clients, in order. */
export async function clientNames({ clientconfdir }: ServerConfig): Promise<string[]> {
  const entries = (await ifThere(readdir(clientconfdir, { withFileTypes: true }))) ?? [];
  return entries
    .filter((entry) => !entry.isDirectory() && isClientName(entry.name))
    .map(({ name }) => name)
    .sort();
}
