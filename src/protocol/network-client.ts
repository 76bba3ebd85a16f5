import type { Answer, BackupClient, ScanOptions } from '../ports/backup-client.ts';
import type { Log } from '../ports/log.ts';
import { dataPathFor } from '../storage/data-path.ts';
import { formatAttributes } from '../storage/manifest/attributes.ts';
import type { ByteString } from '../storage/manifest/byte-string.ts';
import type { Entry } from '../storage/manifest/entry.ts';
import { AnswerReader, type Finished } from './answer.ts';
import { LONGEST_DATA } from './frame.ts';
import type { FrameStream } from './frame-stream.ts';
import type { Quota } from './quota.ts';
import { readScan } from './scan.ts';

/** A signature of nothing: a header with a block length of 64 and sums of 16 bytes. */
const EMPTY_SIGNATURE = Buffer.from('727301370000004000000010', 'hex');
const SIGNATURE_END = 'endfile';
/** A client that is told of more than so many entries reads the log. */
const MOST_TOLD = 1000;
/** Bytes of one warning: Burp's client prints no more of a line. The reason, at its end, matters more than a long path. */
const LONGEST_WARNING = 500;

/** What a backup over the network depends on. */
export interface NetworkClientOptions {
  /** gzip level that the client is told. */
  readonly compression: number;
  readonly strongHash: 'blake2' | 'md4';
  readonly quota: Quota;
  /** The most entries of a scan. */
  readonly entries: number;
  readonly log: Log;
  /** What the client waits for, if it is to go on with an earlier backup. */
  readonly counters: string | undefined;
}

/**
 * A client behind a connection. Requests are sent as they are made, and answered one after another. A client reads
 * nothing while it sends, so nothing here waits for room to write: what waits is bounded by the requests that are made
 * ahead.
 */
export class NetworkClient implements BackupClient {
  readonly signatureHash: 'blake2' | 'md4';
  private readonly frames: FrameStream;
  private readonly options: NetworkClientOptions;
  private log: Log;
  private hasBegun = false;
  private isScanning = false;
  /** Warnings so far, and those of them that wait for the end of the scan. */
  private told = 0;
  private readonly untold: Uint8Array[] = [];
  /** Settles when the last answer that is asked for was read to its end. */
  private turn: Promise<void> = Promise.resolve();

  constructor(frames: FrameStream, options: NetworkClientOptions) {
    this.frames = frames;
    this.options = options;
    this.log = options.log;
    this.signatureHash = options.strongHash;
  }

  hear(log: Log): void {
    this.log = log;
  }

  /** While it scans, Burp's client takes nothing but an answer to the end of its scan: what there is to say waits for that. */
  tell(warning: string): void {
    if (this.told++ > MOST_TOLD) return;
    const text = this.told > MOST_TOLD ? 'there is more that is not in the backup: see its log' : warning;
    const bytes = Buffer.from(`${text}\n`).subarray(-LONGEST_WARNING);
    if (this.isScanning) this.untold.push(bytes);
    else this.warn(bytes);
  }

  async *scan({ compression }: ScanOptions): AsyncGenerator<Entry | string, void, undefined> {
    const { quota, entries } = this.options;
    this.begin('ok', compression);
    this.isScanning = true;
    for await (const item of readScan(this.frames, entries)) {
      if (typeof item !== 'string') quota.add(item);
      yield item;
    }
    this.isScanning = false;
    quota.check(this.frames, this.log);
    for (const bytes of this.untold.splice(0)) this.warn(bytes);
  }

  whole(entry: Entry): Promise<Answer> {
    this.request(entry, undefined);
    return this.inTurn((finished) => this.reader(entry, undefined).read(finished));
  }

  delta(entry: Entry, signature: Uint8Array): Promise<Answer> {
    const dataPath = dataPathFor(entry);
    this.request(entry, dataPath);
    this.sendSignature(signature);
    return this.inTurn(async (finished) => {
      const reader = this.reader(entry, dataPath);
      // A client that gives up after it has begun takes what comes next for a second signature.
      return reader.read((failure) => {
        if (reader.wasInterrupted && reader.hasBegun) this.sendSignature(EMPTY_SIGNATURE);
        finished(failure);
      });
    });
  }

  /** Says "backupphase2end": the client goes as soon as it has answered that. */
  end(): void {
    this.begin('resume');
    this.frames.send('c', 'backupphase2end');
    this.frames.flush();
  }

  /** The answer to the client's wish for a backup: with the scan, or without if an earlier one is gone on with. */
  private begin(answer: 'ok' | 'resume', compression: number = this.options.compression): void {
    if (this.hasBegun) return;
    this.hasBegun = true;
    this.frames.send('c', `${answer}:${compression}`);
    if (answer === 'resume' && this.options.counters !== undefined)
      this.frames.send('c', this.options.counters);
  }

  private warn(bytes: Uint8Array): void {
    this.begin('resume');
    this.frames.send('w', bytes);
  }

  private request(entry: Entry, dataPath: ByteString | undefined): void {
    this.begin('resume');
    if (dataPath !== undefined) this.frames.send('t', dataPath);
    this.frames.send('r', formatAttributes(entry.attributes));
    this.frames.send(entry.letter, entry.path);
  }

  private sendSignature(signature: Uint8Array): void {
    for (let at = 0; at < signature.length; at += LONGEST_DATA)
      this.frames.send('a', signature.subarray(at, at + LONGEST_DATA));
    this.frames.send('x', SIGNATURE_END);
  }

  private reader(entry: Entry, dataPath: ByteString | undefined): AnswerReader {
    return new AnswerReader(this.frames, { entry, dataPath }, this.log);
  }

  private inTurn(read: (finished: Finished) => Promise<Answer>): Promise<Answer> {
    const before = this.turn;
    let finished: Finished = () => {};
    const answer = before.then(() => read(finished));
    this.turn = new Promise((resolve, reject) => {
      finished = (failure) => (failure ? reject(failure) : resolve());
      answer.catch(reject);
    });
    // Nobody may be waiting any more for what was asked ahead when the conversation breaks.
    answer.catch(() => {});
    this.turn.catch(() => {});
    return answer;
  }
}
