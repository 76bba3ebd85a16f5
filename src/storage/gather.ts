import { type Action, type DeltaRules, actionFor, keepData, pairs } from './compare.ts';
import { isPacked } from './content.ts';
import { isStorable, whyRefused } from './data-path.ts';
import { StoreError, ifThere } from './errors.ts';
import { placeOf } from './job.ts';
import { displayBytes } from './manifest/byte-string.ts';
import { type Entry, compareEntries, entryOf } from './manifest/entry.ts';
import { type Arrival, type Receive, receiveDelta, receiveWhole } from './receive.ts';

/** How many entries were what, for the statistics. */
export interface Counts {
  whole: number;
  delta: number;
  kept: number;
  others: number;
  dropped: number;
  deleted: number;
}

export interface Gathered {
  /** The new manifest. */
  readonly entries: Entry[];
  readonly arrivals: Map<string, 'whole' | 'delta'>;
  readonly counts: Counts;
}

/** Keeps an account of what arrived, for those who want to resume. */
export interface Progress {
  /** What an earlier attempt received of this entry, if it is still sound. */
  earlier(entry: Entry): Arrival | undefined;
  /** The entry is stored; called before its batch may end. */
  arrived(arrival: Arrival): Promise<void>;
  /** The batch has to end now. */
  endBatch(): Promise<void>;
}

/** Phase 1: the client's scan, checked. Entries that can't be stored are left out with a warning. */
export async function readScan(job: Receive, compression: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const item of job.client.scan({ compression })) {
    if (typeof item === 'string') {
      job.log.warn(item);
      continue;
    }
    const refused = whyRefused(item.path);
    if (refused !== undefined) {
      job.log.warn(`${displayBytes(item.path)} is not in the backup: ${refused}`);
      continue;
    }
    const last = entries.at(-1);
    if (last && compareEntries(last, item) >= 0)
      throw new StoreError(
        'EBADMSG',
        `the client's scan is out of order at ${displayBytes(item.path)}, after ${displayBytes(last.path)}`,
      );
    entries.push(item);
  }
  return entries;
}

/** Phase 2: everything of the scan that the previous backup does not have is asked for, one after another. */
export async function gather(
  job: Receive,
  scan: readonly Entry[],
  rules: DeltaRules,
  progress: Progress,
): Promise<Gathered> {
  const gathered = new Gathering(job, rules, progress);
  const old = job.previous?.entries ?? [];
  let matched = 0;
  for (const [entry, before] of pairs(scan, old)) {
    if (before) matched++;
    await gathered.take(entry, before);
  }
  await progress.endBatch();
  gathered.counts.deleted = old.length - matched;
  return gathered;
}

class Gathering implements Gathered {
  readonly entries: Entry[] = [];
  readonly arrivals = new Map<string, 'whole' | 'delta'>();
  readonly counts: Counts = { whole: 0, delta: 0, kept: 0, others: 0, dropped: 0, deleted: 0 };
  /** First names of hard links that could not be read, and the name that took over, if one did. */
  private readonly heirs = new Map<string, string | undefined>();
  private readonly job: Receive;
  private readonly rules: DeltaRules;
  private readonly progress: Progress;

  constructor(job: Receive, rules: DeltaRules, progress: Progress) {
    this.job = job;
    this.rules = rules;
    this.progress = progress;
  }

  async take(entry: Entry, old: Entry | undefined): Promise<void> {
    const action = actionFor(entry, old, this.rules);
    if (entry.kind === 'hardlink' && this.heirs.has(entry.link!)) return this.takeOrphan(entry);
    if (action === 'record') {
      this.entries.push(entry);
      this.counts.others++;
    } else if (action === 'keep' && (await this.isThere(old!))) {
      this.entries.push(keepData(entry, old!));
      this.counts.kept++;
    } else await this.request(entry, old, action);
  }

  private async request(entry: Entry, old: Entry | undefined, action: Action): Promise<void> {
    const earlier = this.progress.earlier(entry);
    const arrival = earlier ?? (await this.ask(entry, old, action));
    if (!arrival) {
      this.counts.dropped++;
      this.heirs.set(entry.path, undefined);
      return;
    }
    this.entries.push(arrival.entry);
    this.arrivals.set(arrival.entry.dataPath!, arrival.as);
    this.counts[arrival.as]++;
    if (!earlier) await this.progress.arrived(arrival);
  }

  private async ask(entry: Entry, old: Entry | undefined, action: Action): Promise<Arrival | undefined> {
    const delta = action === 'delta' ? await receiveDelta(this.job, entry, old!) : 'retry';
    return delta === 'retry' ? receiveWhole(this.job, entry) : delta;
  }

  /** A hard link whose first name could not be read: the first of them that can be read stands in for it. */
  private async takeOrphan(entry: Entry): Promise<void> {
    const heir = this.heirs.get(entry.link!);
    if (heir !== undefined) {
      this.entries.push({ ...entry, link: heir });
      this.counts.others++;
      return;
    }
    const before = this.entries.length;
    await this.request(entryOf('f', entry.path, entry.attributes), undefined, 'whole');
    if (this.entries.length > before) this.heirs.set(entry.link!, entry.path);
  }

  /** Whether the previous backup still has the file that would be linked. A missing one is asked for again. */
  private async isThere(old: Entry): Promise<boolean> {
    const { fs, previous } = this.job;
    const stat = isStorable(old.dataPath!) && (await ifThere(fs.lstat(placeOf(previous!.directory, old))));
    if (stat && stat.isFile() && (isPacked(old) || stat.size === old.end!.size)) return true;
    this.job.log.warn(
      `${this.job.previous!.name}: ${displayBytes(old.path)} has lost its data, asking again`,
    );
    return false;
  }
}
