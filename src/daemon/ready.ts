import { ConfigError } from '../config/config-error.ts';
import {
  type AuthorityConfig,
  type Loaded,
  type ServerConfig,
  loadServerConfig,
} from '../config/server-config.ts';
import type { Authority } from '../protocol/ports.ts';
import { caDirectory, isMade } from '../tls/ca-directory.ts';
import { RevocationList } from '../tls/crl.ts';
import { OwnAuthority } from '../tls/own-authority.ts';
import { type ServerTls, readServerTls } from '../tls/server-tls.ts';
import type { Machine } from './configured-clients.ts';

/** Everything that a configuration asks for, read and checked. */
export interface Ready {
  readonly config: ServerConfig;
  readonly tls: ServerTls;
  readonly authority: Authority | undefined;
  readonly revoked: RevocationList | undefined;
  readonly warnings: readonly string[];
}

/**
 * Reads the configuration and all that it names. Throws ConfigError with a line for each mistake, or what the system
 * says if the file can't be read; changes nothing.
 */
export async function prepare(file: string, machine: Machine): Promise<Ready> {
  const { config, warnings }: Loaded = await loadServerConfig(file);
  // Without a CA there is no certificate either, and to make the one makes the other.
  if (config.authority) await insistOnAuthority(config.authority, file);
  const tls = await readServerTls(config.tls, machine.clock.now());
  const authority =
    config.authority &&
    (await OwnAuthority.open(await caDirectory(config.authority), config.authority, machine.clock));
  const list = config.tls.crl ?? (config.authority && (await caDirectory(config.authority)).crl);
  if (config.tls.checksRevoked && list === undefined)
    throw new ConfigError([`${file}: ca_crl_check needs ca_conf or ca_crl to say where the list is`]);
  const revoked =
    config.tls.checksRevoked && list !== undefined ? new RevocationList(list, tls.authority) : undefined;
  return { config, tls, authority, revoked, warnings: [...warnings, ...tls.warnings] };
}

async function insistOnAuthority(config: AuthorityConfig, file: string): Promise<void> {
  const ca = await caDirectory(config);
  if (!(await isMade(ca)))
    throw new ConfigError([`there is no CA in ${ca.directory}: "jiggle ca init -c ${file}" makes one`]);
}
