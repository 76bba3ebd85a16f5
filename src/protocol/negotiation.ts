import type { Log } from '../ports/log.ts';
import { type ByteString, displayBytes } from '../storage/manifest/byte-string.ts';
import { Refusal, fault } from './fault.ts';
import type { FrameStream } from './frame-stream.ts';
import type { Client } from './handshake.ts';
import { type Permissions, accessTo } from './orig-client.ts';
import type { ClientConfig, RestoreOrder, Server } from './ports.ts';
import { type Version, isAtLeast } from './version.ts';

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
}

/** Before this version there was no such step. */
const NEGOTIATES: Version = [1, 2, 7];
/** This version took no list of features. */
const TAKES_NO_LIST: Version = [1, 3, 0];

/** The features that clients may make use of. Each is optional, and each name has a colon on both sides. */
const FEATURES = 'incexc:orig_client:uname:failover:vss_restore:regex_icase:';
const MORE_FEATURES = 'msg:forceproto=1:rshash=blake2:';
/** Offered from this version on. */
const TAKES_COUNTERS: Version = [2, 0, 46];

/** Burp's "extra comms": the client says what it can do and wants, until it says that this is all. */
export async function negotiate(
  frames: FrameStream,
  { config, version }: Client,
  server: Server,
  log: Log,
): Promise<Terms> {
  const order = await config.restoreOrder?.();
  const negotiation = new Negotiation(frames, { config, order }, server, log);
  if (version === undefined || !isAtLeast(version, NEGOTIATES)) return negotiation.terms;
  const text = await frames.command('"extra_comms_begin"');
  if (text !== 'extra_comms_begin')
    throw fault(`the client sent ${displayBytes(text)} instead of "extra_comms_begin"`);
  const takesList = !TAKES_NO_LIST.every((part, at) => part === version[at]);
  const sincexc = config.includes.length > 0 ? 'sincexc:' : '';
  const counters = isAtLeast(version, TAKES_COUNTERS) ? 'counters_json:' : '';
  const srestore = order ? 'srestore:' : '';
  const features = `:${FEATURES}${srestore}${sincexc}${counters}${MORE_FEATURES}`;
  frames.send('c', `extra_comms_begin ok${takesList ? features : ''}`);
  while (await negotiation.step());
  return negotiation.terms;
}

/** Takes one of the client's lines after another. Most of them want no answer. */
class Negotiation {
  terms: Terms;
  private readonly frames: FrameStream;
  private readonly server: Server;
  private readonly log: Log;
  private readonly order: RestoreOrder | undefined;
  /** Bytes of all lines so far. */
  private length = 0;

  constructor(
    frames: FrameStream,
    { config, order }: { config: ClientConfig; order: RestoreOrder | undefined },
    server: Server,
    log: Log,
  ) {
    this.frames = frames;
    this.server = server;
    this.log = log;
    this.order = order;
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
    };
  }

  /** Takes the next line; false if it was the last. */
  async step(): Promise<boolean> {
    const line = await this.line('a feature or "extra_comms_end"');
    if (line === 'extra_comms_end') {
      this.frames.send('c', 'extra_comms_end ok');
      return false;
    }
    const end = line.indexOf('=') + 1;
    const [key, value] = end > 0 ? [line.slice(0, end), line.slice(end)] : [line, ''];
    const agreed = this.plain(key, value);
    if (agreed) this.terms = { ...this.terms, ...agreed };
    else await this.exchange(key, value, line);
    return true;
  }

  /** Lines that want no answer. */
  private plain(key: string, value: string): Partial<Terms> | undefined {
    switch (key) {
      case 'uname=':
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
      // How many other servers the client may try: nothing follows from it here.
      case 'backup_failovers_left=':
        return {};
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
    } else if (key === 'orig_client=') {
      await this.switchTo(value);
    } else if (line.startsWith('autoupgrade:')) {
      this.frames.send('c', 'do not autoupgrade');
    } else throw fault(`the client asked for ${displayBytes(line)}, which was not offered`);
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
    if (this.length > text) throw fault(`the client sent more than ${text} bytes of settings`);
    return line;
  }
}
