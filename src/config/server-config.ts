import { resolve } from 'node:path';
import { Findings } from './config-error.ts';
import { checkKeep } from './keep.ts';
import { type Listen, listens } from './listen.ts';
import { readSettings } from './read-settings.ts';
import { Values } from './values.ts';

/** What the server's own file says. All paths are absolute. */
export interface ServerConfig {
  readonly file: string;
  readonly listen: readonly Listen[];
  readonly clientconfdir: string;
  readonly directory: string;
  readonly pidfile: string | undefined;
  readonly user: string | undefined;
  readonly group: string | undefined;
  readonly umask: number;
  /** Whether to say what happens on standard output and standard error. */
  readonly stdout: boolean;
  readonly syslog: boolean;
  /** Bytes per second that are sent to one client; undefined for no limit. */
  readonly rateLimit: number | undefined;
  /** Milliseconds without traffic until a client is given up. */
  readonly idleLimit: number;
  readonly cname: { readonly isLowerCase: boolean; readonly keepsDomain: boolean };
  readonly tls: TlsConfig;
  readonly authority: AuthorityConfig | undefined;
  /** Where upgrades for clients are. */
  readonly upgrades: string | undefined;
  /** What clients inherit. */
  readonly values: Values;
}

export interface TlsConfig {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly password: string | undefined;
  readonly ciphers: string | undefined;
  /** Whether a peer without a certificate is turned away before it can say a word. */
  readonly needsCertificate: boolean;
  readonly checksRevoked: boolean;
  /** Where the list of revoked certificates is, if not in the CA's directory. */
  readonly crl: string | undefined;
}

export interface AuthorityConfig {
  /** Burp's `CA.cnf`, which names the CA's directory. */
  readonly conf: string;
  readonly name: string;
  readonly serverName: string;
}

export interface Loaded {
  readonly config: ServerConfig;
  readonly warnings: readonly string[];
}

/**
 * Reads a server's configuration in Burp's format. Throws ConfigError with a line for each mistake, or what the system
 * says (`ENOENT`) if the file can't be read.
 */
export async function loadServerConfig(path: string): Promise<Loaded> {
  const file = resolve(path);
  const findings = new Findings();
  const values = new Values(await readSettings(file, findings), 'server', findings);
  findings.check();
  const config = build(file, values, findings);
  findings.check();
  return { config, warnings: findings.warnings };
}

function build(file: string, values: Values, findings: Findings): ServerConfig {
  const needed = (name: string): string => {
    const value = values.text(name);
    if (value === undefined) findings.problem(`${file}: ${name} is not set`);
    return value ?? '';
  };
  const pathOf = (name: string): string | undefined => {
    const value = values.text(name);
    return value === undefined ? undefined : resolve(value);
  };
  if (needed('mode') === 'client') findings.problem('mode must be server, not client', values.at('mode'));
  checkKeep(values, file, findings);
  const cert = resolve(needed('ssl_cert'));
  const lockfile = pathOf('lockfile');
  return {
    file,
    listen: listens(values, file, findings),
    clientconfdir: resolve(needed('clientconfdir')),
    directory: resolve(needed('directory')),
    pidfile: lockfile ?? pathOf('pidfile'),
    user: values.text('user'),
    group: values.text('group'),
    umask: values.number('umask'),
    stdout: values.flag('stdout'),
    syslog: values.flag('syslog'),
    rateLimit: values.one('ratelimit') as number | undefined,
    idleLimit: values.number('network_timeout') * 1000,
    cname: { isLowerCase: values.flag('cname_lowercase'), keepsDomain: values.flag('cname_fqdn') },
    tls: {
      ca: resolve(needed('ssl_cert_ca')),
      cert,
      key: pathOf('ssl_key') ?? cert,
      password: values.text('ssl_key_password') ?? values.text('ssl_cert_password'),
      ciphers: values.text('ssl_ciphers'),
      needsCertificate: values.flag('ssl_verify_peer_early'),
      checksRevoked: values.flag('ca_crl_check'),
      crl: pathOf('ca_crl'),
    },
    authority: authority(values, findings),
    upgrades: pathOf('autoupgrade_dir'),
    values,
  };
}

function authority(values: Values, findings: Findings): AuthorityConfig | undefined {
  const conf = values.text('ca_conf');
  if (conf === undefined) return undefined;
  const [name, serverName] = ['ca_name', 'ca_server_name'].map((option) => {
    const value = values.text(option);
    if (value === undefined)
      findings.problem(`ca_conf needs ${option}, which is not set`, values.at('ca_conf'));
    else if (!/^[\w.-]+$/.test(value) || value.startsWith('.'))
      findings.problem(`${option} is letters, digits, dots, hyphens and underscores`, values.at(option));
    return value ?? '';
  });
  if (name === serverName)
    findings.problem('ca_name and ca_server_name can not be the same', values.at('ca_server_name'));
  return { conf: resolve(conf), name: name!, serverName: serverName! };
}
