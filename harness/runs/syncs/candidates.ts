import type { OpKind } from '../../disk/journal.ts';
import { isSync } from '../../persistence/rules.ts';
import type { AddedSync, SyncEdits, Target } from '../../programs/syncs/edits.ts';
import type { Site } from './sites.ts';

/**
 * An edit at one place of the source: a sync right before or after a call there, whatever leads to it, in main lives and
 * recoveries alike.
 */
export interface Candidate {
  readonly when: AddedSync['when'];
  readonly kind: OpKind | null;
  readonly target: Target;
  /** The ops that it comes next to; none for the beginning of a recovery. */
  readonly sites: readonly Site[];
}

type Where = readonly [when: 'before' | 'after', target: Target];

const DIRECTORY: readonly Where[] = [['after', 'directory']];
const FILE: readonly Where[] = [['after', 'file']];

/** What makes an op's effects durable right after it, or what it publishes right before it. */
const WHERE: Partial<Readonly<Record<OpKind, readonly Where[]>>> = {
  write: FILE,
  truncate: FILE,
  chmod: FILE,
  create: DIRECTORY,
  mkdir: DIRECTORY,
  symlink: DIRECTORY,
  unlink: DIRECTORY,
  rmdir: DIRECTORY,
  link: [['before', 'file'], ...DIRECTORY],
  rename: [['before', 'file'], ...DIRECTORY, ['after', 'old directory']],
};

const BEGIN: Candidate = { when: 'begin', kind: null, target: 'all', sites: [] };

/**
 * All syncs that could help: of what each op changes, right after it, and of what is about to be named. Anything later,
 * or of anything else, makes no more durable than those together.
 *
 * @param killed whether a life may find what a killed one left pending
 */
export function candidatesFor(sites: readonly Site[], killed: boolean): readonly Candidate[] {
  const found = new Map<string, { readonly candidate: Candidate; readonly sites: Site[] }>();
  for (const site of sites) {
    if (isSync(site)) continue;
    for (const [when, target] of WHERE[site.kind] ?? []) {
      if (!site.targets.has(target)) continue;
      const name = `${callOf(site)} ${site.kind} ${when} ${target}`;
      const known = found.get(name);
      if (known) known.sites.push(site);
      else {
        const here = [site];
        found.set(name, { candidate: { when, kind: site.kind, target, sites: here }, sites: here });
      }
    }
  }
  const added = [...found.values()].map(({ candidate }) => candidate);
  return killed ? [...added, BEGIN] : added;
}

/** Where the call itself is, without the way to it. */
function callOf({ key }: Site): string {
  return key.split(' ', 1)[0]!;
}

/** The candidates as the programs of a bench are told. */
export function withAdded(candidates: readonly Candidate[]): SyncEdits {
  const added = candidates.flatMap(({ when, kind, target, sites }): readonly AddedSync[] =>
    sites.length === 0
      ? [{ part: 'recover', site: '', kind, when, target }]
      : sites.map(({ part, key }) => ({ part, site: key, kind, when, target })),
  );
  return { added };
}

/** Calls that it adds to the main life, or to the longest recovery. */
export function callsOf({ sites }: Candidate): number {
  return sites.reduce((sum, { most }) => sum + most, sites.length === 0 ? 1 : 0);
}

/** Of two sets as large as each other, the one with fewer calls; then what goes by the book. */
export function costOf(candidate: Candidate, calls: number): number {
  const unusual = candidate.target === 'file' && candidate.when === 'after' ? 0.1 : 0;
  return 1 + (callsOf(candidate) + unusual) / (2 * calls);
}
