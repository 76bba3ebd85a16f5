import type { FileSystem } from '../ports/file-system.ts';
import type { Syncs } from './batch.ts';
import { syncPath } from './durable.ts';
import { handOver } from './hand-over.ts';
import { CURRENT } from './layout.ts';
import { pointCurrent } from './links.ts';
import { emptyTrash, toTrash } from './trash.ts';

/** What a removal needs: the finished backups in order, and how the trash is emptied. */
export interface Removal {
  readonly fs: FileSystem;
  readonly root: string;
  readonly names: readonly string[];
  readonly syncs: Syncs;
  /** Where it goes instead, for somebody else to remove; undefined if nowhere. */
  readonly manualDelete: string | undefined;
}

/**
 * Removes a finished backup that no other depends on. Cut anywhere before its first sync is over, the backup is there
 * and current as before or gone; recovery repairs `current` and empties the trash.
 */
export async function removeBackup(job: Removal, name: string): Promise<void> {
  const { fs, root, names } = job;
  const isCurrent = names.at(-1) === name;
  const older = names.at(-2);
  // Readers that know nothing of recovery, Burp's tools among them, should find a current backup at any time.
  if (isCurrent && older !== undefined) {
    await pointCurrent(fs, root, older);
    await syncPath(fs, root);
  }
  if (job.manualDelete === undefined) await toTrash(fs, root, name);
  else await handOver(fs, root, name, job.manualDelete);
  if (isCurrent && older === undefined) {
    await fs.unlink(`${root}/${CURRENT}`);
    await syncPath(fs, root);
  }
  await emptyTrash(fs, root, job.syncs);
}
