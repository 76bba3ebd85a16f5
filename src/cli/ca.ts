import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { AuthorityConfig, ServerConfig } from '../config/server-config.ts';
import { systemClock } from '../host/system.ts';
import { StoreError } from '../storage/errors.ts';
import { DONE } from './exit-codes.ts';

interface CaFlags {
  readonly config: string;
}

/** `jiggle ca`: what `burp_ca` is for Burp, in the same files. */
export function addCa(jiggle: Command): void {
  const ca = jiggle.command('ca').description('make and use the certificate authority of a configuration');
  withConfig(ca.command('init'))
    .description("make a CA and the server's certificate where the configuration says")
    .action(initCommand);
  withConfig(ca.command('client'))
    .description('make a key and a certificate for a client, to be carried there by hand')
    .argument('<name>', 'the client')
    .requiredOption('--to <dir>', 'where ssl_cert-client.key, ssl_cert-client.pem and ssl_cert_ca.pem go')
    .action(clientCommand);
  withConfig(ca.command('revoke'))
    .description('revoke the certificate of a client; it may then ask for a new one')
    .argument('<name>', 'the client')
    .action(revokeCommand);
  withConfig(ca.command('list')).description('list all certificates that were signed').action(listCommand);
}

function withConfig(command: Command): Command {
  return command.requiredOption(
    '-c, --config <file>',
    'the configuration, in the format of burp-server.conf',
  );
}

async function initCommand({ config: file }: CaFlags): Promise<void> {
  const { config, authority } = await load(file);
  const { makeAuthority } = await import('../tls/make-authority.ts');
  const { ca, left } = await makeAuthority(authority, config.tls, systemClock);
  console.log(`made a CA in ${ca.directory}, and the certificate of ${authority.serverName}`);
  for (const { path, made } of left)
    console.error(`WARNING: ${path} was there before and was left: it should be ${made}`);
  process.exitCode = DONE;
}

async function clientCommand(
  name: string,
  { config: file, to }: CaFlags & { readonly to: string },
): Promise<void> {
  const { isClientName } = await import('../server/client-name.ts');
  const { makeClientCertificate } = await import('../tls/make-authority.ts');
  const { EVERYBODY_READS, OWNER_ONLY, createDurably } = await import('../tls/durable-file.ts');
  if (!isClientName(name))
    throw new StoreError('EINVAL', `${JSON.stringify(name)} can't be the name of a client`);
  const { authority } = await open(file);
  const { key, certificate } = await makeClientCertificate(authority, name);
  const directory = resolve(to);
  await createDurably(join(directory, 'ssl_cert-client.key'), key, OWNER_ONLY);
  await createDurably(join(directory, 'ssl_cert-client.pem'), certificate, EVERYBODY_READS);
  await createDurably(join(directory, 'ssl_cert_ca.pem'), authority.certificate, EVERYBODY_READS);
  console.log(`made a key and a certificate for ${name} in ${directory}`);
  process.exitCode = DONE;
}

async function revokeCommand(name: string, { config: file }: CaFlags): Promise<void> {
  const { revoke } = await import('../tls/crl.ts');
  const { readIssuer } = await import('../tls/issuer.ts');
  const { ca, config } = await open(file);
  const serials = await revoke(ca, await readIssuer(ca), name, systemClock.now());
  if (serials.length === 0) throw new StoreError('ENOENT', `there is no valid certificate of ${name}`);
  console.log(
    `revoked ${serials.length === 1 ? 'certificate' : 'certificates'} ${serials.join(', ')} of ${name}`,
  );
  if (!config.tls.checksRevoked)
    console.error(
      `WARNING: ${basename(file)} does not set ca_crl_check = 1, so revoked certificates still pass`,
    );
  process.exitCode = DONE;
}

async function listCommand({ config: file }: CaFlags): Promise<void> {
  const { fromAsn1Time, readIndex } = await import('../tls/ca-index.ts');
  const { ca } = await open(file);
  for (const { serial, state, expires, subject } of await readIndex(ca)) {
    const until = fromAsn1Time(expires);
    const day = until === undefined ? 'unknown' : new Date(until).toISOString().slice(0, 10);
    console.log(`${serial} ${state} until ${day} ${subject.replace(/^\/CN=/, '')}`);
  }
  process.exitCode = DONE;
}

async function load(file: string): Promise<{ config: ServerConfig; authority: AuthorityConfig }> {
  const { loadServerConfig } = await import('../config/server-config.ts');
  const { config } = await loadServerConfig(file);
  if (config.authority) return { config, authority: config.authority };
  throw new StoreError('EINVAL', `${file} has no CA: set ca_conf, ca_name and ca_server_name`);
}

async function open(file: string) {
  const { caDirectory, isMade } = await import('../tls/ca-directory.ts');
  const { OwnAuthority } = await import('../tls/own-authority.ts');
  const { config, authority } = await load(file);
  const ca = await caDirectory(authority);
  if (!(await isMade(ca)))
    throw new StoreError('ENOENT', `there is no CA in ${ca.directory}: "jiggle ca init" makes one`);
  return { config, ca, authority: await OwnAuthority.open(ca, authority, systemClock) };
}
