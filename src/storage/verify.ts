import { isDamage } from './codec/damage.ts';
import { type Chain, whyDamaged } from './chain.ts';
import { codeOf, reasonOf } from './errors.ts';
import { streamEntriesFile } from './manifest-file.ts';
import { MANIFEST, TIMESTAMP } from './layout.ts';
import { stampOf } from './stamp.ts';
import { displayBytes } from './manifest/byte-string.ts';
import { hasData } from './manifest/entry.ts';
import { readRecord } from './record.ts';

export interface Verified {
  readonly entries: number;
  /** One line for each thing that is damaged; none means that all of it restores byte for byte. */
  readonly failures: readonly string[];
}

/** Reads everything that a restore of the chain's first backup would read, and compares it with the manifest. */
export async function verify(chain: Chain, root: string, name: string): Promise<Verified> {
  const { fs } = chain;
  const failures: string[] = [];
  const record = await readRecord(fs, `${root}/${name}`);
  let entries = 0;
  // Backups of Burp's own have no record; there nothing but the format protects the manifest.
  try {
    const manifest = `${root}/${name}/${MANIFEST}`;
    for await (const entry of streamEntriesFile(fs, manifest, 'manifest', record?.manifests)) {
      entries++;
      const reason = hasData(entry.letter) ? await whyDamaged(chain, entry) : undefined;
      if (reason !== undefined) failures.push(`${displayBytes(entry.path)}: ${reason}`);
    }
  } catch (error) {
    if (!isDamage(error) && codeOf(error) !== 'ENOENT') throw error;
    failures.unshift(`${MANIFEST}: ${reasonOf(error)}`);
  }
  if ((await stampOf(fs, `${root}/${name}`, name)) === undefined)
    failures.push(`${TIMESTAMP}: it does not say "${name}"`);
  return { entries, failures };
}
