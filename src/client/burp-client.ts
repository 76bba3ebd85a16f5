import type { Answer, BackupClient } from '../ports/backup-client.ts';
import type { Connection } from '../protocol/connection.ts';
import { LONGEST_DATA, type Frame } from '../protocol/frame.ts';
import { FrameStream, textOf } from '../protocol/frame-stream.ts';
import { attributesOf } from '../protocol/stat-line.ts';
import { formatAttributes } from '../storage/manifest/attributes.ts';
import { formatEnd } from '../storage/manifest/end-of-file.ts';
import { type Entry, entryOf, hasLink, isLetter } from '../storage/manifest/entry.ts';
import { StoreError } from '../storage/errors.ts';

/** Who a client says that it is. */
export interface Login {
  readonly name: string;
  readonly password: string;
}

export interface BurpClientOptions extends Login {
  /** Called when the server has said that it has everything: from here on Burp's client reports success. */
  readonly onEnd: () => void;
}

/**
 * The client's half of a backup, frame by frame as Burp's client leads it, with the files of any `BackupClient`. For tests
 * and simulations of the server: it has no use elsewhere. Throws EPROTO where Burp's client would give up.
 */
export async function backUpAsBurp(
  connection: Connection,
  files: BackupClient,
  options: BurpClientOptions,
): Promise<void> {
  const half = new BackingUp(connection, files);
  await half.greet(options);
  if (await half.begin()) await half.scan();
  while (await half.serveRequest());
  options.onEnd();
  half.leave();
  await connection.end();
}

/** The client's half of any conversation, up to what it came for. */
export class ClientHalf {
  protected readonly frames: FrameStream;

  constructor(connection: Connection) {
    this.frames = new FrameStream(connection);
  }

  async greet({ name, password }: Login): Promise<void> {
    await this.exchange('hello:3.1.4', 'whoareyou');
    await this.exchange(name, 'okpassword');
    await this.exchange(password, 'ok');
    await this.exchange('nocsr', 'nocsr ok');
    await this.exchange('extra_comms_begin', 'extra_comms_begin ok:');
    await this.exchange('incexc', 'incexc ok');
    this.frames.send('c', 'include = /');
    await this.exchange('incexc end', 'incexc end ok');
    this.frames.send('c', 'rshash=blake2');
    await this.exchange('extra_comms_end', 'extra_comms_end ok');
  }

  /** Sends a command, and takes the answer that must begin with this. */
  async exchange(command: string, due: string): Promise<string> {
    this.frames.send('c', command);
    const frame = await this.next();
    const text = textOf(frame);
    if (frame.letter !== 'c' || !text.startsWith(due)) throw unexpected(frame);
    return text;
  }

  /** The next frame that is no message. */
  async next(): Promise<Frame> {
    for (;;) {
      const frame = await this.frames.next('the server');
      if (frame.letter !== 'w' && frame.letter !== 'p') return frame;
    }
  }
}

class BackingUp extends ClientHalf {
  private readonly files: BackupClient;
  private compression = 0;

  constructor(connection: Connection, files: BackupClient) {
    super(connection);
    this.files = files;
  }

  /** Asks for a backup; whether the server wants a scan. */
  async begin(): Promise<boolean> {
    const answer = await this.exchange('backupphase1', '');
    const [, how, level] = /^(ok|resume):(\d)$/.exec(answer) ?? [];
    if (how === undefined) throw new StoreError('EPROTO', `unexpected from the server: ${answer}`);
    this.compression = Number(level);
    return how === 'ok';
  }

  async scan(): Promise<void> {
    for await (const item of this.files.scan({ compression: this.compression })) {
      if (typeof item === 'string') this.frames.send('w', item);
      else this.sendEntry(item);
    }
    await this.exchange('backupphase2', 'ok');
  }

  /** Answers the next request; false if there are no more. */
  async serveRequest(): Promise<boolean> {
    let frame = await this.next();
    if (frame.letter === 'c' && textOf(frame) === 'backupphase2end') return false;
    const dataPath = frame.letter === 't' ? textOf(frame) : undefined;
    if (dataPath !== undefined) frame = await this.next();
    if (frame.letter !== 'r') throw unexpected(frame);
    const path = await this.next();
    if (!isLetter(path.letter)) throw unexpected(path);
    const entry = entryOf(path.letter, textOf(path), attributesOf(frame));
    if (dataPath === undefined) await this.answer(entry, await this.files.whole(entry));
    else await this.answer(entry, await this.files.delta(entry, await this.signature()), dataPath);
    return true;
  }

  leave(): void {
    this.frames.send('c', 'okbackupphase2end');
    this.frames.flush();
  }

  private async signature(): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for (;;) {
      const frame = await this.next();
      if (frame.letter === 'x') return Buffer.concat(pieces);
      if (frame.letter !== 'a') throw unexpected(frame);
      pieces.push(frame.payload);
    }
  }

  private async answer(entry: Entry, answer: Answer, dataPath?: string): Promise<void> {
    if ('interrupted' in answer) return this.interrupt(entry, answer.interrupted);
    if (dataPath !== undefined) this.frames.send('t', dataPath);
    this.frames.send('r', formatAttributes(answer.attributes));
    this.frames.send(entry.letter, entry.path);
    for await (const piece of answer.data instanceof Uint8Array ? [answer.data] : answer.data)
      for (let at = 0; at < piece.length; at += LONGEST_DATA)
        this.frames.send('a', piece.subarray(at, at + LONGEST_DATA));
    const end = await answer.end();
    if ('interrupted' in end) this.interrupt(entry, end.interrupted);
    else this.frames.send('x', formatEnd(end));
  }

  private interrupt(entry: Entry, reason: string): void {
    this.frames.send('w', reason);
    this.frames.send('i', entry.path);
  }

  private sendEntry(entry: Entry): void {
    this.frames.send('r', formatAttributes(entry.attributes));
    this.frames.send(entry.letter, entry.path);
    if (hasLink(entry.letter)) this.frames.send(entry.letter, entry.link!);
  }
}

/** Burp's client prints letter and text, and gives up. */
function unexpected(frame: Frame): StoreError {
  return new StoreError('EPROTO', `unexpected from the server: ${frame.letter}:${textOf(frame)}`);
}
