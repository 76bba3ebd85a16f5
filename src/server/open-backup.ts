import type { OpenBackup } from '../protocol/ports.ts';
import { type Chain, openEntry, whyDamaged } from '../storage/chain.ts';
import { gzip } from '../storage/codec/gzip.ts';
import { gzipStream } from '../storage/codec/gzip-stream.ts';
import { isEncrypted } from '../storage/content.ts';
import type { Data } from '../storage/durable.ts';
import type { Backup } from '../storage/job.ts';
import type { Entry } from '../storage/manifest/entry.ts';
import { openStored } from '../storage/stored.ts';

/** Data that has to be packed for the way only should not take longer for that than for the way. */
const LEVEL = 1;

/** A finished backup for a conversation: what its client gets of it, entry by entry. */
export function openBackup(backup: Backup, chain: Chain): OpenBackup {
  return {
    name: backup.name,
    entries: () => backup.entries,
    async packed(entry: Entry): Promise<Data> {
      const stored = await openStored(chain, entry);
      if (stored) return stored;
      const data = await openEntry(chain, entry);
      if (isEncrypted(entry)) return data;
      return data instanceof Uint8Array ? gzip(data, LEVEL) : gzipStream(data, LEVEL);
    },
    check: (entry: Entry) => whyDamaged(chain, entry),
    async close() {},
  };
}
