import { type Chain, checkSum, findParts, unreadableAsDamage } from './chain.ts';
import { measure } from './codec/digest.ts';
import { isDamage } from './codec/damage.ts';
import { gunzip } from './codec/gzip.ts';
import { gunzipStream } from './codec/gzip-stream.ts';
import { SMALL_FILE, isPacked, readChunks, sumOf } from './content.ts';
import type { Data } from './durable.ts';
import { codeOf } from './errors.ts';
import type { FileSystem } from '../ports/file-system.ts';
import type { Entry } from './manifest/entry.ts';

/**
 * An entry's data packed as they are stored, if they are: then nobody has to pack them again. Undefined if they have to
 * be put together, or can't be had in this way. EBADMSG, at the stream's end, if they are not what the manifest says.
 */
export async function openStored(chain: Chain, entry: Entry): Promise<Data | undefined> {
  if (!isPacked(entry)) return undefined;
  const { fs } = chain;
  try {
    const { base, deltas } = await findParts(chain, entry);
    if (deltas.length > 0) return undefined;
    if (Math.max(base.size, entry.end!.size) > SMALL_FILE) return passing(fs, base.path, entry);
    const bytes = await fs.readFile(base.path);
    checkSum(sumOf(gunzip(bytes, { maximumSize: entry.end!.size })), entry);
    return bytes;
  } catch (error) {
    // A newer backup may have taken the file over just now: the long way looks again.
    if (isDamage(unreadableAsDamage(error)) || codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The bytes as they are, unpacked on the side to see that they are right. */
async function* passing(
  fs: FileSystem,
  path: string,
  entry: Entry,
): AsyncGenerator<Uint8Array, void, undefined> {
  let passed: Uint8Array[] = [];
  async function* tap(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of readChunks(fs, path)) {
      passed.push(chunk);
      yield chunk;
    }
  }
  const plain = measure(gunzipStream(tap(), { maximumSize: entry.end!.size }));
  try {
    for await (const _ of plain.stream) {
      const ready = passed;
      passed = [];
      yield* ready;
    }
  } catch (error) {
    throw unreadableAsDamage(error);
  }
  checkSum(plain.result(), entry);
  yield* passed;
}
