import type { Log } from '../ports/log.ts';
import { type ByteString, displayBytes } from '../storage/manifest/byte-string.ts';
import { Refusal, fault } from './fault.ts';
import type { FrameStream } from './frame-stream.ts';
import type { Client } from './handshake.ts';
import { type Permissions, accessTo } from './orig-client.ts';
import type { ClientConfig, RestoreOrder, Server } from './ports.ts';
import { type Seed, type Seeds, seedOf, seedPath } from './seed.ts';
import { sendFile } from './send-file.ts';
import { type Version, isAtLeast, parseVersion } from './version.ts';

/** What client and server agreed on, and whose backups it is about. */
export interface Terms {
  /** The client whose backups the action is about: the one that connected, or one that it may act for. */
  readonly config: ClientConfig;
  readonly can: Permissions;
  /** Whether the action is about another client's backups. */
  readonly isOther: boolean;
  /** What the client includes and excludes, as Burp's server keeps it; undefined if it did not say. */
  readonly incexc: ByteString | undefined;
  readonly isWindows: boolean;
  /** Whether Windows' own data about files is wanted in a restore. */
  readonly wantsVss: boolean;
  readonly ignoresCase: boolean;
  /** Whether the client takes messages. */
  readonly takesMessages: boolean;
  /** Whether the client waits for counters before the entries of a restore, verify or resumed backup. */
  readonly takesCounters: boolean;
  readonly strongHash: 'blake2' | 'md4';
  /** The restore that the client was told to do. */
  readonly order: RestoreOrder | undefined;
  /** How many other servers the client may still try, if this one fails it. */
  readonly failoversLeft: number;
  /** Where what is backed up is going to be, if not where it is. */
  readonly seed: Seed | undefined;
}

/** Lines that a client may say about itself; there are not twenty kinds of them. */
const MOST_FEATURES = 100;
/** Bytes of one of them. The longest name a path, which Linux does not let be longer. */
const LONGEST_FEATURE = 4200;
const LONGEST_UNAME = 256;
/** Lines of what a client includes and excludes. */
const MOST_INCLUDES = 65_536;

/** Before this version there was no such step. */
const NEGOTIATES: Version = [1, 2, 7];
/** This version took no list of features. */
const TAKES_NO_LIST: Version = [1, 3, 0];

/** The features that clients may make use of. Each is optional, and each name has a colon on both sides. */
const FEATURES = 'incexc:orig_client:uname:failover:vss_restore:regex_icase:';
const MORE_FEATURES = 'msg:forceproto=1:rshash=blake2:seed:';
/** Offered from this version on. */
const TAKES_COUNTERS: Version = [2, 0, 46];

/**
 * Burp's "extra comms": the client says what it can do and wants, until it says that this is all. Undefined if it was sent
 * an upgrade instead: then it goes, and comes again when it is another.
 */
export async function negotiate(
  frames: FrameStream,
  { config, version }: Client,
  server: Server,
  log: Log,
): Promise<Terms | undefined> {
  const order = await config.restoreOrder?.();
  const negotiation = new Negotiation(frames, { config, order, version }, server, log);
  if (version === undefined || !isAtLeast(version, NEGOTIATES)) return negotiation.terms;
  const text = await frames.command('"extra_comms_begin"');
  if (text !== 'extra_comms_begin')
    throw fault(`the client sent ${displayBytes(text)} instead of "extra_comms_begin"`);
  const takesList = !TAKES_NO_LIST.every((part, at) => part === version[at]);
  const sincexc = config.includes.length > 0 ? 'sincexc:' : '';
  const counters = isAtLeast(version, TAKES_COUNTERS) ? 'counters_json:' : '';
  const srestore = order ? 'srestore:' : '';
  const upgrade = server.upgradeOf ? 'autoupgrade:' : '';
  const features = `:${upgrade}${FEATURES}${srestore}${sincexc}${counters}${MORE_FEATURES}`;
  frames.send('c', `extra_comms_begin ok${takesList ? features : ''}`);
  while (await negotiation.step());
  return negotiation.isUpgraded ? undefined : negotiation.terms;
}

/** Takes one of the client's lines after another. Most of them want no answer. */
class Negotiation {
  terms: Terms;
  /** It was sent an upgrade, and says no more. */
  isUpgraded = false;
  private readonly frames: FrameStream;
  private readonly server: Server;
  private readonly log: Log;
  private readonly order: RestoreOrder | undefined;
  private readonly version: Version | undefined;
  /** Bytes of all lines so far, and how many features were among them. */
  private length = 0;
  private features = 0;
  private seeds: Seeds = {};

  constructor(
    frames: FrameStream,
    { config, order, version }: Client & { readonly order: RestoreOrder | undefined },
    server: Server,
    log: Log,
  ) {
    this.frames = frames;
    this.server = server;
    this.log = log;
    this.order = order;
    this.version = version;
    this.terms = {
      config,
      can: config.can,
      isOther: false,
      incexc: undefined,
      isWindows: false,
      wantsVss: true,
      ignoresCase: false,
      takesMessages: false,
      takesCounters: false,
      strongHash: 'md4',
      order: undefined,
      failoversLeft: 0,
      seed: undefined,
    };
  }

  /** Takes the next line; false if it was the last. */
  async step(): Promise<boolean> {
    const line = await this.line('a feature or "extra_comms_end"');
    if (line === 'extra_comms_end') {
      this.terms = { ...this.terms, seed: seedOf(this.seeds) };
      this.frames.send('c', 'extra_comms_end ok');
      return false;
    }
    if (++this.features > MOST_FEATURES) throw tooMuch(`${MOST_FEATURES} lines about itself`);
    if (line.length > LONGEST_FEATURE) throw tooMuch(`${LONGEST_FEATURE} bytes in a line about itself`);
    const end = line.indexOf('=') + 1;
    const [key, value] = end > 0 ? [line.slice(0, end), line.slice(end)] : [line, ''];
    const agreed = this.plain(key, value);
    if (agreed) this.terms = { ...this.terms, ...agreed };
    else await this.exchange(key, value, line);
    return !this.isUpgraded;
  }

  /** Lines that want no answer. */
  private plain(key: string, value: string): Partial<Terms> | undefined {
    switch (key) {
      case 'uname=':
        if (value.length > LONGEST_UNAME) throw tooMuch(`${LONGEST_UNAME} bytes of uname`);
        return { isWindows: value.toLowerCase().startsWith('windows') };
      case 'msg':
        return { takesMessages: true };
      case 'rshash=':
        return value === 'blake2' ? { strongHash: 'blake2' } : undefined;
      case 'regex_icase=':
        return { ignoresCase: value === '1' };
      case 'vss_restore=':
        return { wantsVss: false };
      case 'counters_json ok':
        return { takesCounters: true };
      case 'backup_failovers_left=':
        return { failoversLeft: /^\d{1,9}$/.test(value) ? Number(value) : 0 };
      default:
        return undefined;
    }
  }

  private async exchange(key: string, value: string, line: string): Promise<void> {
    const { config } = this.terms;
    if (key === 'incexc') {
      this.terms = { ...this.terms, incexc: await this.receiveIncludes() };
    } else if (key === 'sincexc ok' && config.includes.length > 0) {
      await this.send(config.includes, 'sincexc end');
    } else if (key === 'srestore ok' && this.order) {
      await this.send(this.order.lines, 'srestore end');
      this.terms = { ...this.terms, order: this.order };
    } else if (key === 'srestore not ok' && this.order) {
      this.log.warn('the client will not do the restore that was ordered for it');
      await this.order.done();
    } else if (key === 'seed_src=') {
      this.seeds = { ...this.seeds, source: seedPath('seed_src', value) };
    } else if (key === 'seed_dst=') {
      this.seeds = { ...this.seeds, target: seedPath('seed_dst', value) };
    } else if (key === 'orig_client=') {
      await this.switchTo(value);
    } else if (line.startsWith('autoupgrade:')) {
      await this.upgrade(line.slice('autoupgrade:'.length));
    } else throw fault(`the client asked for ${displayBytes(line)}, which was not offered`);
  }

  private async upgrade(system: string): Promise<void> {
    const upgrade = this.isOlder ? await this.server.upgradeOf?.(system) : undefined;
    if (!upgrade) return this.frames.send('c', 'do not autoupgrade');
    this.frames.send('c', 'autoupgrade ok');
    for (const bytes of [upgrade.script, upgrade.package]) sendFile(this.frames, bytes);
    this.frames.flush();
    this.isUpgraded = true;
  }

  private get isOlder(): boolean {
    const ours = parseVersion(this.server.version);
    return this.version !== undefined && ours !== undefined && !isAtLeast(this.version, ours);
  }

  private async send(lines: readonly ByteString[], end: string): Promise<void> {
    for (const line of lines) this.frames.send('c', line);
    this.frames.send('c', end);
    const answer = await this.line(`"${end} ok"`);
    if (answer !== `${end} ok`) throw fault(`the client answered "${end}" with ${displayBytes(answer)}`);
  }

  /** The text is kept with a backup, and has to be the same when it is resumed: so it has Burp's form. */
  private async receiveIncludes(): Promise<ByteString> {
    this.frames.send('c', 'incexc ok');
    const lines: ByteString[] = [];
    for (;;) {
      const line = await this.line('"incexc end"');
      if (line === 'incexc end') break;
      if (lines.length >= MOST_INCLUDES) throw tooMuch(`${MOST_INCLUDES} lines of includes and excludes`);
      lines.push(line);
    }
    this.frames.send('c', 'incexc end ok');
    return `${lines.join('\n')}\n\ncompression = ${this.terms.config.compression}\n`;
  }

  private async switchTo(name: string): Promise<void> {
    const { config } = this.terms;
    if (name !== config.name) {
      const access = await accessTo(config, name, this.server.clients);
      if (!access) {
        this.log.warn(`${config.name} may not act for ${displayBytes(name)}`);
        throw new Refusal('running extra comms failed on server');
      }
      this.terms = { ...this.terms, ...access, isOther: true };
    }
    this.frames.send('c', 'orig_client ok');
  }

  private async line(due: string): Promise<ByteString> {
    const line = await this.frames.command(due);
    this.length += line.length;
    const { text } = this.server.limits;
    if (this.length > text) throw tooMuch(`${text} bytes of settings`);
    return line;
  }
}

function tooMuch(limit: string): Error {
  return fault(`the client sent more than the ${limit} that are allowed`);
}
