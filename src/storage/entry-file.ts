import { type Gzip, createGzip } from 'node:zlib';
import type { FileSystem, OpenFile } from '../ports/file-system.ts';
import { gzip } from './codec/gzip.ts';
import { openNew, writeAll, writeNew } from './durable.ts';
import type { Entry } from './manifest/entry.ts';
import { EntryWriter, formatEntries } from './manifest/entry-writer.ts';
import type { ManifestForm } from './manifest/manifest-form.ts';
import { type EntryList, fileList, listOf, sealOf } from './manifest-file.ts';

/** Up to this many entries a list stays in memory, and is written in one piece. */
// mutant: equivalent: how much at a time is a matter of speed and memory alone
const FEW = 1000;
/** One in a hundred bytes more than with level 9, in half the time. */
// mutant: equivalent: how much at a time is a matter of speed and memory alone
const LEVEL = 6;
// mutant: equivalent: how much at a time is a matter of speed and memory alone
const PIECE = 128 * 1024;

/**
 * Writes a list of entries, as gzip, one by one. What lay there under the name is unlinked, never written to. Nothing of
 * it is synced here.
 */
export class EntryFile {
  private readonly fs: FileSystem;
  private readonly path: string;
  private readonly form: ManifestForm;
  private few: Entry[] = [];
  private many: Packing | undefined;

  constructor(fs: FileSystem, path: string, form: ManifestForm = 'manifest') {
    this.fs = fs;
    this.path = path;
    this.form = form;
  }

  async add(entry: Entry): Promise<void> {
    if (this.many) return this.many.add(entry);
    this.few.push(entry);
    if (this.few.length <= FEW) return;
    this.many = new Packing(await openNew(this.fs, this.path), this.form);
    for (const one of this.few) await this.many.add(one);
    this.few = [];
  }

  /** Completes the file, and gives what was written. */
  async finish(): Promise<EntryList> {
    if (this.many) return fileList(this.fs, this.path, this.form, await this.many.finish());
    const text = formatEntries(this.few, this.form);
    await writeNew(this.fs, this.path, gzip(text, LEVEL));
    return listOf(this.few, sealOf(text, this.few.length));
  }

  /** Lets go of the file, whole or not. */
  async close(): Promise<void> {
    await this.many?.close();
  }
}

/** Writes all entries of a list. */
export async function writeEntries(
  fs: FileSystem,
  path: string,
  entries: AsyncIterable<Entry> | Iterable<Entry>,
  form: ManifestForm = 'manifest',
): Promise<EntryList> {
  const file = new EntryFile(fs, path, form);
  try {
    for await (const entry of entries) await file.add(entry);
    return await file.finish();
  } finally {
    await file.close();
  }
}

/**
 * Packs and writes what comes, a piece at a time. While one is packed, in another thread, the next one is taken; it is
 * written when that one is full, so that the moment of a write depends on what came, and not on a thread.
 */
class Packing {
  private readonly file: OpenFile;
  private readonly writer: EntryWriter;
  private readonly engine: Gzip = createGzip({ level: LEVEL });
  private packed: Uint8Array[] = [];
  private plain: Uint8Array[] = [];
  private waiting = 0;
  /** The piece before, until it is packed. */
  private passing: Promise<void> = Promise.resolve();

  constructor(file: OpenFile, form: ManifestForm) {
    this.file = file;
    this.writer = new EntryWriter(form);
    this.engine.on('data', (chunk: Uint8Array) => this.packed.push(chunk));
  }

  async add(entry: Entry): Promise<void> {
    const bytes = this.writer.write(entry);
    this.plain.push(bytes);
    this.waiting += bytes.length;
    if (this.waiting >= PIECE) await this.pass();
  }

  async finish(): Promise<ReturnType<EntryWriter['seal']>> {
    this.plain.push(this.writer.end());
    await this.pass();
    await this.passing;
    await new Promise<void>((resolve, reject) => {
      this.engine.once('error', reject).once('end', resolve).end();
    });
    await this.write();
    return this.writer.seal();
  }

  async close(): Promise<void> {
    this.engine.destroy();
    await this.file.close();
  }

  private async pass(): Promise<void> {
    await this.passing;
    await this.write();
    const piece = Buffer.concat(this.plain);
    this.plain = [];
    this.waiting = 0;
    this.passing = new Promise((resolve, reject) => {
      this.engine.write(piece, (error) => (error ? reject(error) : resolve()));
    });
    // Waited for later; until then, a failure is nobody's surprise.
    this.passing.catch(() => undefined);
  }

  private async write(): Promise<void> {
    const packed = Buffer.concat(this.packed);
    this.packed = [];
    if (packed.length > 0) await writeAll(this.file, packed);
  }
}
