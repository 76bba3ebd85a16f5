import type { Answer, BackupClient, Interrupted, Received, ScanOptions } from '../ports/backup-client.ts';
import type { BackupSource, SourceFile } from '../ports/backup-source.ts';
import { type SizeAndMd5, measure, md5Of } from '../storage/codec/digest.ts';
import { gzip } from '../storage/codec/gzip.ts';
import { gzipStream } from '../storage/codec/gzip-stream.ts';
import { delta, deltaOf } from '../storage/delta/delta.ts';
import { parseSignature } from '../storage/delta/signature.ts';
import { reasonOf } from '../storage/errors.ts';
import type { Entry } from '../storage/manifest/entry.ts';

type Bytes = AsyncIterable<Uint8Array>;

/** A client in the server's process: answers requests as Burp's client would, from a source. */
export function localClient(source: BackupSource): BackupClient {
  return new LocalClient(source);
}

class LocalClient implements BackupClient {
  private readonly source: BackupSource;

  constructor(source: BackupSource) {
    this.source = source;
  }

  async *scan({ compression }: ScanOptions): AsyncGenerator<Entry | string, void, undefined> {
    for await (const item of this.source.scan()) {
      if (typeof item === 'string' || item.letter !== 'f') yield item;
      else yield { ...item, attributes: { ...item.attributes, compression } };
    }
  }

  async whole(entry: Entry): Promise<Answer> {
    const level = entry.attributes.compression;
    const pack = (bytes: Uint8Array) => (level > 0 ? gzip(bytes, level) : bytes);
    const packStream = (bytes: Bytes) => (level > 0 ? gzipStream(bytes, level) : bytes);
    return this.answer(entry, pack, packStream);
  }

  async delta(entry: Entry, signature: Uint8Array): Promise<Answer> {
    const parsed = parseSignature(signature);
    return this.answer(
      entry,
      (bytes) => deltaOf(parsed, bytes),
      (bytes) => delta(parsed, bytes),
    );
  }

  private async answer(
    entry: Entry,
    encode: (bytes: Uint8Array) => Uint8Array,
    encodeStream: (bytes: Bytes) => Bytes,
  ): Promise<Answer> {
    const file = await this.source.read(entry);
    if ('interrupted' in file) return file;
    const attributes = { ...file.attributes, compression: entry.attributes.compression };
    if (!(file.data instanceof Uint8Array))
      return streamed({ ...file, attributes, data: file.data }, encodeStream);
    const end = { size: file.data.length, md5: md5Of(file.data) };
    return { attributes, data: encode(file.data), end: () => end };
  }
}

/** Measures what is read while it is sent. A read error ends the data, and `end` tells of it, as Burp's `i` does. */
function streamed(
  file: SourceFile & { readonly data: Bytes },
  encodeStream: (bytes: Bytes) => Bytes,
): Received {
  const measured = measure(file.data);
  let end: SizeAndMd5 | Interrupted = { interrupted: 'it was not read to its end' };
  async function* data(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* measured.stream;
    } catch (error) {
      end = { interrupted: reasonOf(error) };
      return;
    }
    end = measured.result();
  }
  return { attributes: file.attributes, data: encodeStream(data()), end: () => end };
}
