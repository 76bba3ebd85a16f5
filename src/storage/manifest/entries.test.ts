import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collect, failingAfter, inPieces, pieceSizes } from '../codec/testing/streams.ts';
import { NO_ATTRIBUTES } from './attributes.ts';
import { type Entry, entryOf } from './entry.ts';
import { EntryReader, parseEntries, readEntries } from './entry-reader.ts';
import { EntryWriter, formatEntries, formatEntry } from './entry-writer.ts';
import { anyEntry, asScanned } from './testing/entries.ts';

const MD5 = 'bda180f73cb40775fac6b13d97852e64';

async function all(stream: AsyncIterable<Entry>): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of stream) entries.push(entry);
  return entries;
}

describe('a manifest', () => {
  it('is read as it was seen, and written back the same', () => {
    const path = '/srv/data/a file\nof two.t';
    const line = 'P4A ImRF IGk B A A A zAM BAA Gg BrA6mp BrA6mp BrA6mp A A J A A A';
    const text = `t001At${path}\nr0040${line}\nf0019${path}\nx0027208908:${MD5}\n`;
    const [entry, ...more] = parseEntries(Buffer.from(text));
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ letter: 'f', kind: 'file', path, dataPath: `t${path}` });
    expect(entry).toMatchObject({
      end: { size: 208_908, md5: MD5 },
      attributes: { size: 208_908, compression: 9 },
    });
    expect(Buffer.from(formatEntries([entry!])).toString()).toBe(text);
  });

  it('gives back its entries, whole and streamed, with and without data', async () => {
    const entries = fc.array(anyEntry, { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(entries, pieceSizes, fc.boolean(), async (given, sizes, scanned) => {
        const form = scanned ? 'scan' : 'manifest';
        const expected = scanned ? given.map(asScanned) : given;
        const bytes = formatEntries(given, form);
        expect(parseEntries(bytes, form)).toEqual(expected);
        expect(await all(readEntries(inPieces(bytes, sizes), form))).toEqual(expected);
        expect(Buffer.from(bytes).equals(formatEntries(expected, form))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('may have a link or a path of the longest length, but no longer one', async () => {
    const entry = entryOf('l', 'p'.repeat(65_535), NO_ATTRIBUTES, { link: 'q'.repeat(65_535) });
    const bytes = formatEntries([entry, entry]);
    expect(parseEntries(bytes)).toEqual([entry, entry]);
    expect(await all(readEntries(inPieces(bytes, [7])))).toEqual([entry, entry]);
    const tooLong = () => formatEntry(entryOf('d', 'p'.repeat(65_536), NO_ATTRIBUTES));
    expect(tooLong).toThrow(expect.objectContaining({ code: 'ENAMETOOLONG' }));
  });

  it('of a scan ends with its mark', () => {
    expect(Buffer.from(formatEntries([], 'scan')).toString()).toBe('c0009phase1end\n');
    expect(formatEntries([]).length).toBe(0);
  });
});

describe('a writer', () => {
  it('counts, and its digest is that of what it wrote', async () => {
    const entries = fc.array(anyEntry, { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        entries,
        fc.constantFrom('scan' as const, 'manifest' as const),
        async (given, form) => {
          const writer = new EntryWriter(form);
          const bytes = Buffer.concat([...given.map((entry) => writer.write(entry)), writer.end()]);
          expect(bytes.equals(formatEntries(given, form))).toBe(true);
          const sha256 = createHash('sha256').update(bytes).digest('hex');
          expect(writer.seal()).toEqual({ count: given.length, size: bytes.length, sha256 });
        },
      ),
    );
  });

  it('refuses what no reader would take', () => {
    const bad: [Entry, RegExp][] = [
      [entryOf('d', '', NO_ATTRIBUTES), /needs its path/],
      [entryOf('d', '€', NO_ATTRIBUTES), /must be a string of bytes/],
      [entryOf('d', 'a\0b', NO_ATTRIBUTES), /zero byte/],
      [entryOf('l', 'a', NO_ATTRIBUTES), /needs its link/],
      [entryOf('f', 'a', NO_ATTRIBUTES), /needs its data path/],
      [entryOf('f', 'a', NO_ATTRIBUTES, { dataPath: 't/a' }), /needs an end/],
    ];
    for (const [entry, message] of bad) expect(() => formatEntry(entry)).toThrow(message);
  });
});

describe('a reader', () => {
  it('knows up to where a list that was cut has complete entries', () => {
    fc.assert(
      fc.property(fc.array(anyEntry, { maxLength: 5 }), fc.nat(), pieceSizes, (entries, cut, sizes) => {
        const ends = entries.map((_, index) => formatEntries(entries.slice(0, index + 1)).length);
        const bytes = formatEntries(entries);
        const length = cut % (bytes.length + 1);
        const reader = new EntryReader('manifest');
        const found: Entry[] = [];
        for (let at = 0; at < length; at += sizes[0]!)
          found.push(...reader.push(bytes.subarray(at, Math.min(length, at + sizes[0]!))));
        const complete = ends.filter((end) => end <= length);
        expect(found).toEqual(entries.slice(0, complete.length));
        expect(reader.count).toBe(complete.length);
        expect(reader.completeLength).toBe(complete.at(-1) ?? 0);
      }),
      { numRuns: 300 },
    );
  });

  it('passes an error of its input on unchanged', async () => {
    const error = Object.assign(new Error('disk on fire'), { code: 'EIO' });
    await expect(all(readEntries(failingAfter(new Uint8Array(0), error)))).rejects.toBe(error);
    await expect(collect(failingAfter(new Uint8Array(0), error))).rejects.toBe(error);
  });
});
