import { Arrivals } from './arrivals.ts';
import { type GatherRules, actionFor, pairs } from './compare.ts';
import { whyEntryRefused } from './data-path.ts';
import { StoreError } from './errors.ts';
import { displayBytes } from './manifest/byte-string.ts';
import { type Entry, compareEntries, isDirectory } from './manifest/entry.ts';
import { isLinkable, seemsWhole } from './old-data.ts';
import { type Receive, leaveOut } from './receive.ts';

/**
 * Phase 1: the client's scan, checked. Entries that can't be stored are left out with a warning, which the client hears
 * as well; if that is half of them or more, there is nothing left that could be called a backup.
 */
export async function* readScan(job: Receive, compression: number): AsyncGenerator<Entry, void, undefined> {
  let last: Entry | undefined;
  let [all, leftOut] = [0, 0];
  // What is below a directory follows it at once, and the same would be so for a file, if it were one and had any.
  let file = '';
  for await (const item of job.client.scan({ compression })) {
    if (typeof item === 'string') {
      job.log.warn(item);
      continue;
    }
    const isBelowFile = file !== '' && item.path.startsWith(`${file}/`);
    const refused = isBelowFile ? 'what it lies in is a file' : whyEntryRefused(item);
    all++;
    if (refused !== undefined) {
      leftOut++;
      leaveOut(job, item, refused);
      continue;
    }
    if (last && compareEntries(last, item) >= 0)
      throw new StoreError(
        'EBADMSG',
        `the client's scan is out of order at ${displayBytes(item.path)}, after ${displayBytes(last.path)}`,
      );
    last = item;
    if (item.kind === 'file') file = isDirectory(item) ? '' : item.path;
    yield item;
  }
  if (leftOut > 0 && leftOut * 2 >= all)
    throw new StoreError(
      'EBADMSG',
      `no backup was made: ${leftOut} of the ${all} entries of the client's scan can't be stored`,
    );
}

/**
 * Passes a scan on, and looks meanwhile for the files of the previous backup that are going to be kept: while the client
 * scans, this side has time, and in phase 2 the client would wait for it. `seen` gets 'linkable' for those that are well,
 * by their place in the scan, and 'none' for all that phase 2 has to look at itself.
 */
export async function* lookAhead(
  job: Pick<Receive, 'fs' | 'previous'>,
  scan: AsyncIterable<Entry>,
  rules: GatherRules,
  seen: Arrivals,
): AsyncGenerator<Entry, void, undefined> {
  const { fs, previous } = job;
  for await (const [entry, old] of pairs(scan, previous?.entries)) {
    const isKept = actionFor(entry, old, rules) === 'keep';
    const stat = isKept ? await seemsWhole(fs, previous!, old!) : undefined;
    seen.push(stat && isLinkable(stat, rules) ? 'linkable' : 'none');
    yield entry;
  }
}
