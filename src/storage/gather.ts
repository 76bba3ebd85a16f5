import { Arrivals, type Way } from './arrivals.ts';
import { type Action, type GatherRules, actionFor, keepData, pairs } from './compare.ts';
import type { EntryFile } from './entry-file.ts';
import { type Entry, entryOf, hasData } from './manifest/entry.ts';
import { isLinkable, isStillThere } from './old-data.ts';
import type { Progress } from './progress.ts';
import { type Receive, type Request, complete, request } from './receive.ts';
import type { Tally } from './tally.ts';

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
  readonly arrivals: Arrivals;
  readonly counts: Counts;
  /** The same by kinds of entries. */
  readonly tally: Tally;
}

/** Requests that wait for their answers. */
// mutant: equivalent: how much at a time is a matter of speed and memory alone
const WINDOW = 256;
/** More are sent as soon as no more than so many wait. */
// mutant: equivalent: how much at a time is a matter of speed and memory alone
const REFILL = 192;
/** Entries that wait for one before them. */
// mutant: equivalent: how much at a time is a matter of speed and memory alone
const WAITING = 2048;

/** What phase 2 goes by, and what it writes to. */
export interface Gather {
  readonly manifest: EntryFile;
  readonly rules: GatherRules;
  readonly progress: Progress;
  /** What `lookAhead` has seen of this scan. */
  readonly seen: Arrivals;
  /** What is counted here, for those who look on. */
  readonly tally: Tally;
}

/** Phase 2: everything of the scan that the previous backup does not have is asked for. */
export async function gather(job: Receive, scan: AsyncIterable<Entry>, how: Gather): Promise<Gathered> {
  const gathering = new Gathering(job, how);
  const onlyOld = (entry: Entry): void => {
    gathering.counts.deleted++;
    gathering.tally.deleted(entry);
  };
  for await (const [entry, before] of pairs(scan, job.previous?.entries, onlyOld))
    await gathering.take(entry, before);
  await gathering.finish();
  return gathering;
}

/** An entry on its way into the manifest. While `answer` is undefined, it is waited for. */
interface Slot {
  readonly entry: Entry;
  readonly old: Entry | undefined;
  readonly action: Action;
  /** It stands in for this hard link's first name, which could not be read. */
  readonly heirOf?: string;
  answer?: Put | 'dropped';
}

interface Put {
  /** As it goes into the manifest. */
  readonly entry: Entry;
  readonly way: Way;
  /** It arrived in this attempt. */
  readonly isNew: boolean;
}

/**
 * Asks ahead, so that the client always has something to do, and puts what comes into the manifest in the scan's order:
 * an entry whose answer is late, because it was asked for twice, holds the later ones back.
 */
class Gathering implements Gathered {
  readonly arrivals: Arrivals = new Arrivals();
  readonly counts: Counts = { whole: 0, delta: 0, kept: 0, others: 0, dropped: 0, deleted: 0 };
  readonly tally: Tally;
  private readonly slots: Slot[] = [];
  private readonly requests: { readonly slot: Slot; readonly request: Request }[] = [];
  /** First names of hard links that could not be read, and the name that took over, if one did. */
  private readonly heirs = new Map<string, string | undefined>();
  private readonly job: Receive;
  private readonly manifest: EntryFile;
  private readonly rules: GatherRules;
  private readonly progress: Progress;
  private readonly seen: Arrivals;
  /** Entries of the scan that were taken. */
  private taken = 0;

  constructor(job: Receive, { manifest, rules, progress, seen, tally }: Gather) {
    this.job = job;
    this.manifest = manifest;
    this.rules = rules;
    this.progress = progress;
    this.seen = seen;
    this.tally = tally;
  }

  async take(entry: Entry, old: Entry | undefined): Promise<void> {
    const slot: Slot = { entry, old, action: actionFor(entry, old, this.rules) };
    const seen = this.seen.at(this.taken++);
    this.slots.push(slot);
    this.tally.scanned(entry);
    if (slot.action === 'record') slot.answer = { entry, way: 'none', isNew: false };
    else if (slot.action !== 'keep' || !(await this.keep(slot, seen))) {
      // While a client makes a delta it reads nothing else.
      if (slot.action === 'delta') await this.takeAll();
      await this.ask(slot);
    }
    await this.emit();
    if (this.isFull) await this.makeRoom();
  }

  /** False if the old file, which is to be kept, is lost. */
  private async keep(slot: Slot, seen: Way): Promise<boolean> {
    const way = seen === 'linkable' ? seen : await this.look(slot.old!);
    if (!way) return false;
    slot.answer = { entry: keepData(slot.entry, slot.old!), way, isNew: false };
    return true;
  }

  private async look(old: Entry): Promise<Way | undefined> {
    const stat = await isStillThere(this.job, old);
    return stat && (isLinkable(stat, this.rules) ? 'linkable' : 'none');
  }

  async finish(): Promise<void> {
    await this.takeAll();
    await this.progress.endBatch();
  }

  /** Several at a time, so that requests are sent several at a time. */
  private async makeRoom(): Promise<void> {
    const isDelta = this.requests.at(-1)?.request.as === 'delta';
    while (this.requests.length > (isDelta ? 0 : REFILL) || this.slots.length >= WAITING)
      await this.takeAnswer();
  }

  private get isFull(): boolean {
    const last = this.requests.at(-1);
    return this.requests.length >= WINDOW || this.slots.length >= WAITING || last?.request.as === 'delta';
  }

  private async ask(slot: Slot): Promise<void> {
    const earlier = await this.progress.earlier(slot.entry, slot.old);
    if (earlier) slot.answer = { entry: earlier.entry, way: earlier.as, isNew: false };
    else this.requests.push({ slot, request: await request(this.job, slot.entry, slot.old, slot.action) });
  }

  private async takeAll(): Promise<void> {
    while (this.requests.length > 0) await this.takeAnswer();
  }

  private async takeAnswer(): Promise<void> {
    const next = this.requests.shift();
    if (!next) return;
    const arrival = await complete(this.job, next.request);
    if (arrival === 'retry') {
      const again = await request(this.job, next.slot.entry, undefined, 'whole');
      this.requests.push({ slot: next.slot, request: again });
      return;
    }
    next.slot.answer = arrival ? { entry: arrival.entry, way: arrival.as, isNew: true } : 'dropped';
    await this.emit();
  }

  /** Puts what is known into the manifest, up to the first entry that is not. */
  private async emit(): Promise<void> {
    for (let slot = this.slots[0]; slot; slot = this.slots[0]) {
      if (slot.entry.kind === 'hardlink' && this.heirs.has(slot.entry.link!)) slot = await this.orphan(slot);
      if (!slot.answer) return;
      this.slots.shift();
      if (slot.answer === 'dropped') this.drop(slot);
      else await this.put(slot, slot.answer);
    }
  }

  /**
   * The first slot is a hard link whose first name could not be read: the first of them that can be read stands in for
   * it, as a file of its own.
   */
  private async orphan(slot: Slot): Promise<Slot> {
    const { entry } = slot;
    const heir = this.heirs.get(entry.link!);
    if (heir !== undefined) {
      slot.answer = { entry: { ...entry, link: heir }, way: 'none', isNew: false };
      return slot;
    }
    const file = entryOf('f', entry.path, entry.attributes);
    const standIn: Slot = { entry: file, old: undefined, action: 'whole', heirOf: entry.link! };
    this.slots[0] = standIn;
    await this.ask(standIn);
    return standIn;
  }

  private async put({ heirOf, old, action }: Slot, { entry, way, isNew }: Put): Promise<void> {
    await this.manifest.add(entry);
    this.arrivals.push(way);
    this.tally.kept(entry, old, action);
    if (heirOf !== undefined) this.heirs.set(heirOf, entry.path);
    if (way === 'whole' || way === 'delta') this.counts[way]++;
    else if (hasData(entry.letter)) this.counts.kept++;
    else this.counts.others++;
    if (isNew && (way === 'whole' || way === 'delta')) await this.progress.arrived({ entry, as: way });
  }

  private drop({ entry, heirOf }: Slot): void {
    this.counts.dropped++;
    if (heirOf === undefined) this.heirs.set(entry.path, undefined);
  }
}
