import type { Log } from '../ports/log.ts';
import { displayBytes } from '../storage/manifest/byte-string.ts';
import type { Peer } from './connection.ts';
import { Refusal, fault } from './fault.ts';
import type { FrameStream } from './frame-stream.ts';
import type { ClientConfig, Server } from './ports.ts';
import { signRequest } from './signing.ts';
import { wait } from './wait.ts';
import { type Version, isAtLeast, parseVersion } from './version.ts';

/** A client that has proved who it is. */
export interface Client {
  readonly config: ClientConfig;
  /** Undefined for very old clients, which don't say. */
  readonly version: Version | undefined;
}

/** From this version on a client is told the server's, and may ask for a certificate. */
const TELLS_VERSION: Version = [1, 3, 2];
/** How long a refused stranger waits, in milliseconds, whatever the reason. */
const REFUSAL_DELAY = 1000;

/**
 * Hello, password, and the certificate. Gives undefined if the client came for a certificate: it will connect again.
 * Throws a Refusal for everybody who may not go on.
 */
export async function greet(
  frames: FrameStream,
  peer: Peer,
  server: Server,
  log: Log,
): Promise<Client | undefined> {
  const version = await hello(frames, server);
  const config = await authenticate(frames, peer, server, log);
  if (config.warnsOfVersion) warnOfVersion(frames, config, version, server);
  frames.send('c', 'ok');
  await admit(config, server);
  const mayAsk = version !== undefined && isAtLeast(version, TELLS_VERSION);
  if (mayAsk && (await certificateStep(frames, config, server, log)) === 'signed') return undefined;
  checkCertificate(peer, config, log);
  return { config, version };
}

async function hello(frames: FrameStream, server: Server): Promise<Version | undefined> {
  const text = await frames.command('"hello"');
  if (text !== 'hello' && !text.startsWith('hello:'))
    throw fault(`the client began with ${displayBytes(text)} instead of "hello"`);
  const version = parseVersion(text.slice('hello:'.length));
  const tells = version !== undefined && isAtLeast(version, TELLS_VERSION);
  frames.send('c', tells ? `whoareyou:${server.version}` : 'whoareyou');
  return version;
}

/**
 * Wrong names, wrong addresses and wrong passwords get the same answer after the same time. Unlike with Burp's server,
 * nobody at a wrong address can try passwords.
 */
async function authenticate(
  frames: FrameStream,
  peer: Peer,
  server: Server,
  log: Log,
): Promise<ClientConfig> {
  const name = (await frames.next('the name of the client')).payload.toString('latin1');
  frames.send('c', 'okpassword');
  const password = (await frames.next('the password')).payload;
  const delay = wait(server.timers, REFUSAL_DELAY);
  const config = await server.clients.find(name);
  const problem = await whyNot(config, peer, password);
  if (config && problem === undefined) {
    delay.cancel();
    return config;
  }
  log.warn(`${problem}: ${displayBytes(name)}`);
  await delay.over;
  throw new Refusal('unable to authorise on server');
}

async function whyNot(
  config: ClientConfig | undefined,
  { address }: Peer,
  password: Uint8Array,
): Promise<string | undefined> {
  if (!config) return 'no such client';
  if (!config.allowsAddress(address)) return `network_allow does not have ${address}`;
  return (await config.checkPassword(password)) ? undefined : 'wrong password';
}

function warnOfVersion(
  frames: FrameStream,
  { name }: ClientConfig,
  version: Version | undefined,
  server: Server,
): void {
  const theirs = version?.join('.');
  if (theirs === server.version) return;
  const text =
    theirs === undefined
      ? `Client '${name}' has an unknown version. Please upgrade.`
      : `Client '${name}' version '${theirs}' does not match server version '${server.version}'. An upgrade is recommended.`;
  frames.send('w', `${text}\n`);
}

async function admit(config: ClientConfig, server: Server): Promise<void> {
  if (config.enabled) return;
  await wait(server.timers, REFUSAL_DELAY).over;
  throw new Refusal('client not enabled on server');
}

async function certificateStep(
  frames: FrameStream,
  config: ClientConfig,
  server: Server,
  log: Log,
): Promise<'signed' | 'has one'> {
  const text = await frames.command('"csr" or "nocsr"');
  if (text === 'nocsr') {
    frames.send('c', 'nocsr ok');
    return 'has one';
  }
  if (text !== 'csr') throw fault(`the client sent ${displayBytes(text)} instead of "csr" or "nocsr"`);
  await signRequest(frames, config.name, server);
  log.info(`signed a certificate for ${config.name}`);
  return 'signed';
}

function checkCertificate({ certificate }: Peer, config: ClientConfig, log: Log): void {
  const problem = whyUntrusted(certificate, config.certificateName);
  if (problem === undefined) return;
  log.warn(`${config.name}: ${problem}`);
  throw new Refusal('check cert failed on server');
}

function whyUntrusted(certificate: Peer['certificate'], wanted: string): string | undefined {
  if (certificate.state === 'none') return 'it showed no certificate';
  if (certificate.state === 'refused') return `its certificate does not pass: ${certificate.reason}`;
  if (certificate.commonName.toLowerCase() === wanted.toLowerCase()) return undefined;
  return `its certificate is that of ${JSON.stringify(certificate.commonName)}, not of ${JSON.stringify(wanted)}`;
}
