import { lstat } from 'node:fs/promises';
import { loadServerConfig } from '../config/server-config.ts';
import type { Clock } from '../ports/clock.ts';
import { ifThere } from '../storage/errors.ts';
import { caDirectory } from '../tls/ca-directory.ts';

/**
 * What Burp's server does at its first start: it makes the CA that its configuration names, and its own certificate.
 * Gives what was made, for the log; undefined if there is no CA to make. Unlike Burp's, it makes none where a certificate
 * or a key is there already: clients may know another CA by that, whose directory is only not there now.
 */
export async function makeFirstAuthority(file: string, clock: Clock): Promise<string | undefined> {
  const { config } = await loadServerConfig(file);
  const { authority, tls } = config;
  if (!authority) return undefined;
  const { directory } = await caDirectory(authority);
  for (const path of [directory, tls.ca, tls.cert, tls.key]) if (await ifThere(lstat(path))) return undefined;
  const { makeAuthority } = await import('../tls/make-authority.ts');
  await makeAuthority(authority, tls, clock);
  return `made a CA in ${directory}, and the certificate of ${authority.serverName}`;
}
