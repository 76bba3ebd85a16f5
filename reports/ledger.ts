import type { RunEvent } from './events.ts';
import type { PlaceReport } from './schema/place.ts';
import type { LedgerReport, SyncReport } from './schema/syncs.ts';

/** What is read of a run: its model, and its ledger. */
export interface LedgerRun {
  readonly model: string;
  readonly ledger: LedgerReport;
}

/** One sync under all models that were asked. Under some, no life may have called it. */
export interface LedgerRow {
  readonly id: string;
  readonly sync: SyncReport;
  readonly under: ReadonlyMap<string, SyncReport>;
}

/** A sync's call, whatever the model: where it is, and in what kind of life. */
function nameOf({ part, kinds, key }: SyncReport): string {
  return JSON.stringify([part, kinds, key]);
}

/** The syncs of one scenario, those of the main life first, each with one number under all models. */
export function ledgerRows(runs: readonly LedgerRun[]): readonly LedgerRow[] {
  const found = new Map<string, Map<string, SyncReport>>();
  for (const part of ['run', 'recover'] as const) {
    for (const { model, ledger } of runs) {
      for (const sync of ledger.syncs) {
        if (sync.part !== part) continue;
        const name = nameOf(sync);
        const under = found.get(name) ?? new Map<string, SyncReport>();
        found.set(name, under.set(model, sync));
      }
    }
  }
  return [...found.values()].map((under, i) => ({ id: `S${i + 1}`, sync: [...under.values()][0]!, under }));
}

/** The same ledgers of one scenario, in which a sync has one number under all models. */
export function renumberedRuns<Run extends LedgerRun>(runs: readonly Run[]): readonly Run[] {
  const ids = new Map(ledgerRows(runs).map(({ id, sync }) => [nameOf(sync), id]));
  return runs.map((run) => {
    const { fewest } = run.ledger;
    const own = new Map(run.ledger.syncs.map((sync) => [sync.id, ids.get(nameOf(sync))!]));
    const syncs = run.ledger.syncs.map((sync) => ({ ...sync, id: own.get(sync.id)! }));
    const kept = fewest && { ...fewest, ids: fewest.ids.map((id) => own.get(id)!) };
    return { ...run, ledger: { ...run.ledger, syncs, fewest: kept } };
  });
}

/** The same for events of any number of scenarios. */
export function renumbered(events: readonly RunEvent[]): RunEvent[] {
  const heads = new Map(events.flatMap((event) => (event.type === 'run' ? [[event.run, event]] : [])));
  const runs = events.flatMap((event) =>
    event.type === 'ledger' ? [{ model: heads.get(event.run)!.model, run: event.run, ledger: event }] : [],
  );
  const scenarioOf = ({ run }: { readonly run: number }): string => heads.get(run)!.scenario;
  const done = new Map<number, RunEvent>();
  for (const scenario of new Set(runs.map(scenarioOf))) {
    for (const { run, ledger } of renumberedRuns(runs.filter((each) => scenarioOf(each) === scenario))) {
      done.set(run, ledger);
    }
  }
  return events.map((event) => (event.type === 'ledger' ? done.get(event.run)! : event));
}

/** Under which models a sync is needed, and whether that is all that is to be said of it. */
export interface Standing {
  readonly needed: readonly string[];
  readonly redundant: readonly string[];
  readonly unknown: readonly string[];
}

export function standingOf({ under }: LedgerRow): Standing {
  const of = (verdict: SyncReport['verdict']): readonly string[] =>
    [...under].filter(([, sync]) => sync.verdict === verdict).map(([model]) => model);
  return { needed: of('needed'), redundant: of('redundant'), unknown: of('unknown') };
}

/**
 * The place of a call that tells it from all others: helpers that several calls go through are passed over.
 *
 * @param all the places of all calls, that of the sync among them
 */
export function tellingPlace(
  places: readonly PlaceReport[],
  all: readonly (readonly PlaceReport[])[],
): PlaceReport | undefined {
  const text = ({ file, line }: PlaceReport): string => `${file}:${line}`;
  const ways = new Set(all.map((each) => each.map(text).join()));
  const shared = (place: PlaceReport, i: number): boolean => {
    const inner = places
      .slice(0, i + 1)
      .map(text)
      .join();
    return [...ways].filter((way) => `${way},`.startsWith(`${inner},`)).length > 1;
  };
  return places.find((place, i) => !shared(place, i)) ?? places[0];
}

export function placeText({ what, file, line }: PlaceReport): string {
  return what === undefined ? `${file}:${line}` : `${what} (${file}:${line})`;
}

/** A way through the source to a sync, over several scenarios, whatever kind of life goes it. */
export interface SharedRow {
  readonly sync: SyncReport;
  /** Scenarios in which some model needs it, and those in which all that was asked say that it is redundant. */
  readonly neededIn: readonly string[];
  readonly redundantIn: readonly string[];
  /** Scenarios in which neither was shown. */
  readonly openIn: readonly string[];
}

/** What several scenarios of one program say of its syncs together: what none of them needs, nobody misses. */
export function sharedRows(
  scenarios: readonly { readonly scenario: string; readonly runs: readonly LedgerRun[] }[],
): readonly SharedRow[] {
  const found = new Map<string, { sync: SyncReport; under: Map<string, Standing[]> }>();
  for (const { scenario, runs } of scenarios) {
    for (const row of ledgerRows(runs)) {
      const name = row.sync.places.map(placeText).join();
      const known = found.get(name) ?? { sync: row.sync, under: new Map<string, Standing[]>() };
      known.under.set(scenario, [...(known.under.get(scenario) ?? []), standingOf(row)]);
      found.set(name, known);
    }
  }
  return [...found.values()].map(({ sync, under }) => {
    const where = (is: (standing: readonly Standing[]) => boolean): readonly string[] =>
      [...under].filter(([, standings]) => is(standings)).map(([scenario]) => scenario);
    const isNeeded = (all: readonly Standing[]): boolean => all.some(({ needed }) => needed.length > 0);
    const isOpen = (all: readonly Standing[]): boolean =>
      !isNeeded(all) && all.some(({ unknown }) => unknown.length > 0);
    return {
      sync,
      neededIn: where(isNeeded),
      openIn: where(isOpen),
      redundantIn: where((all) => !isNeeded(all) && !isOpen(all)),
    };
  });
}
