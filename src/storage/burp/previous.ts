import type { FileSystem } from '../../ports/file-system.ts';
import type { Batch } from '../batch.ts';
import { syncPath, writeNew } from '../durable.ts';
import { ifThere } from '../errors.ts';
import { DATA, TIMESTAMP, TRASH, parentOf } from '../layout.ts';
import { stampOf } from '../stamp.ts';
import { namesIn } from '../tree.ts';

/** Bringing a backup back needs the batch that its names become durable with. */
export interface BringingBack {
  readonly fs: FileSystem;
  readonly root: string;
  /** The name of the previous backup's directory. */
  readonly previous: string;
  readonly batch: Batch;
}

/**
 * Near its end Burp moves the previous backup into the trash, puts the duplicate that it took apart into its place, and
 * empties the trash. Until then the trash has the only whole copy, and the duplicate may rest on files that a power cut
 * emptied: so what the trash still has goes back. False if there is no such backup.
 */
export async function bringBack(job: BringingBack): Promise<boolean> {
  const { fs, root, previous, batch } = job;
  const home = `${root}/${previous}`;
  for (const trashed of await inTrash(job)) {
    if (await ifThere(fs.lstat(home))) await linkFiles(job, `${trashed}/${DATA}`, `${home}/${DATA}`);
    else {
      await fs.rename(trashed, home);
      await syncPath(fs, root);
      await syncPath(fs, `${root}/${TRASH}`);
    }
  }
  if (!(await ifThere(fs.lstat(home)))) return false;
  if ((await stampOf(fs, home, previous)) === undefined) {
    // Burp unlinks it before the move.
    await writeNew(fs, `${home}/${TIMESTAMP}`, Buffer.from(`${previous}\n`));
  }
  // Also where it is there: a killed process may have written it, and then nothing says that it is durable.
  batch.wrote(`${home}/${TIMESTAMP}`);
  batch.changed(home);
  await batch.end();
  return true;
}

/** Where the trash has this backup: under its own name, and under that with a number if it was there before. */
async function inTrash({ fs, root, previous }: BringingBack): Promise<readonly string[]> {
  const trash = `${root}/${TRASH}`;
  const names = (await namesIn(fs, trash)) ?? [];
  return names
    .filter((name) => name === previous || (name.startsWith(`${previous}.`) && /\.\d+$/.test(name)))
    .map((name) => `${trash}/${name}`);
}

/** A file of its own always counts for more than a delta; one that is there stays. */
async function linkFiles(job: BringingBack, from: string, to: string): Promise<void> {
  const { fs, batch } = job;
  const home = `${job.root}/${job.previous}`;
  for (const name of (await namesIn(fs, from)) ?? []) {
    const [source, target] = [`${from}/${name}`, `${to}/${name}`];
    if ((await fs.lstat(source)).isDirectory()) await linkFiles(job, source, target);
    else {
      await batch.makeDirectory(home, parentOf(target));
      // A second name: the trash is emptied when this one is durable, whoever made it.
      if (!(await ifThere(fs.lstat(target)))) await fs.link(source, target);
      batch.wrote(target);
      await batch.entryDone();
    }
  }
}
