import { spawnSync } from 'node:child_process';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { AuthorityConfig, TlsConfig } from '../../config/server-config.ts';

export const SERVER_NAME = 'burpserver';
export const CA_NAME = 'testCA';

/** Whether these programs are on this machine. */
export function has(...programs: readonly string[]): boolean {
  return programs.every((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0);
}

/** Where to leave what cleans up. */
export type AtTheEnd = (cleanUp: () => Promise<void>) => void;

export interface CaFiles {
  readonly directory: string;
  readonly ca: string;
  readonly config: AuthorityConfig;
  readonly tls: TlsConfig;
}

/** A place for a CA, with a `CA.cnf` as Debian's package has it, gone when the test ends. */
export async function caFiles(atTheEnd: AtTheEnd = onTestFinished): Promise<CaFiles> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'jiggle-ca-')));
  atTheEnd(() => rm(directory, { recursive: true, force: true }));
  const ca = join(directory, 'CA');
  const conf = join(directory, 'CA.cnf');
  await writeFile(conf, caCnf(ca));
  return {
    directory,
    ca,
    config: { conf, name: CA_NAME, serverName: SERVER_NAME },
    tls: {
      ca: join(directory, 'ssl_cert_ca.pem'),
      cert: join(directory, 'ssl_cert-server.pem'),
      key: join(directory, 'ssl_cert-server.key'),
      password: undefined,
      ciphers: undefined,
      needsCertificate: false,
      checksRevoked: false,
      crl: undefined,
    },
  };
}

/** What burp_ca and `openssl ca` need. */
function caCnf(directory: string): string {
  return `# simple config for burp_ca
CA_DIR                  = ${directory}
[ ca ]
dir                     = $ENV::CA_DIR
database                = $dir/index.txt
serial                  = $dir/serial.txt
certs                   = $dir/certs
new_certs_dir           = $dir/newcerts
crlnumber               = $dir/crlnumber.txt
unique_subject          = no
default_md              = sha256
default_days            = 7300
default_crl_days        = 7300
name_opt                = ca_default
cert_opt                = ca_default
x509_extensions         = usr_cert
copy_extensions         = copy
policy                  = policy_anything
[ usr_cert ]
basicConstraints        = CA:FALSE
[ policy_anything ]
commonName              = supplied
`;
}
