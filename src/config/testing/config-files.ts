import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A server's file in which nothing is missing; `more` comes after it. */
export function minimal(directory: string, more = ''): string {
  return `mode = server
listen = 127.0.0.1:4971
directory = ${directory}/store
clientconfdir = ${directory}/clients
keep = 7
ssl_cert_ca = ${directory}/ca.pem
ssl_cert = ${directory}/cert.pem
ssl_key = ${directory}/key.pem
${more}`;
}

/** A directory with these files, gone when the test ends. */
export async function configFiles(files: (directory: string) => Record<string, string>): Promise<string> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'jiggle-config-')));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files(directory))) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), content, 'latin1');
  }
  return directory;
}
