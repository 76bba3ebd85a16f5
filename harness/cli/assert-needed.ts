import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ledgerRows, placeText, standingOf, type LedgerRow, type LedgerRun } from '../../reports/ledger.ts';
import { ledgerFileSchema, ledgerJson, type LedgerFile } from '../../reports/ledger-json.ts';
import { escapeText } from '../../reports/text.ts';
import { BadArgument } from '../runs/bad-argument.ts';

/** A ledger that `syncs --json` has written. @throws BadArgument if it is none */
export async function readBase(path: string, cwd: string): Promise<LedgerFile> {
  const shown = `--assert-needed ${escapeText(path)}`;
  let text: string;
  try {
    text = await readFile(resolve(cwd, path), 'utf8');
  } catch (error) {
    throw new BadArgument(`${shown}: it can't be read (${(error as NodeJS.ErrnoException).code})`);
  }
  try {
    const read = ledgerFileSchema.safeParse(JSON.parse(text));
    if (read.success) return read.data;
  } catch {
    // No JSON: the same to whoever reads it.
  }
  throw new BadArgument(`${shown}: it is no ledger; write one with \`blackout syncs ... --json\``);
}

type Scenario = LedgerFile['scenarios'][number];
type Sync = Scenario['syncs'][number];

/**
 * What speaks against the syncs as they are. Without a base, each must be needed under one of the models at least.
 * With one, none may be redundant that was not so there, and what was needed there must be there and needed. A sync is
 * known again by the functions that lead to it, in their files: lines move all the time.
 */
export function assertNeeded(
  ledgers: readonly { readonly scenario: string; readonly runs: readonly LedgerRun[] }[],
  base: LedgerFile | undefined,
): readonly string[] {
  if (base === undefined)
    return ledgers.flatMap(({ scenario, runs }) => redundantIn(scenario, ledgerRows(runs)));
  const now = ledgerJson(ledgers).scenarios;
  return now.flatMap((scenario) => {
    const before = base.scenarios.find((each) => each.scenario === scenario.scenario);
    return before ? changesSince(before, scenario) : [`${scenario.scenario}: the base has no ledger of it`];
  });
}

function redundantIn(scenario: string, rows: readonly LedgerRow[]): readonly string[] {
  return rows.flatMap((row) => {
    const { needed, redundant, unknown } = standingOf(row);
    if (needed.length > 0 || unknown.length > 0) return [];
    return [`${scenario}: ${row.id}, ${textOf(row.sync)}, is redundant under ${redundant.join(', ')}`];
  });
}

function changesSince(before: Scenario, now: Scenario): readonly string[] {
  const wrong: string[] = [];
  const [old, young] = [bySignature(before.syncs), bySignature(now.syncs)];
  for (const model of now.models.map((each) => each.model)) {
    if (!before.models.some((each) => each.model === model)) continue;
    const count = (syncs: readonly Sync[], verdict: string): number =>
      syncs.filter(({ under }) => under[model]?.verdict === verdict).length;
    for (const [signature, syncs] of old) {
      const here = young.get(signature) ?? [];
      const [was, is] = [count(syncs, 'needed'), count(here, 'needed')];
      const unsure = count(here, 'unknown');
      if (is + unsure >= was) continue;
      const name = `${now.scenario}: ${textOf(syncs[0]!)}, which was needed under ${model},`;
      wrong.push(here.length < syncs.length ? `${name} is gone` : `${name} is redundant now`);
    }
    for (const [signature, syncs] of young) {
      const known = old.get(signature) ?? [];
      if (count(syncs, 'redundant') <= count(known, 'redundant') || known.length >= syncs.length) continue;
      if (syncs.some(({ under }) => Object.values(under).some(({ verdict }) => verdict !== 'redundant')))
        continue;
      wrong.push(`${now.scenario}: ${textOf(syncs[0]!)} is new, and redundant under ${model}`);
    }
  }
  return [...new Set(wrong)];
}

function bySignature(syncs: readonly Sync[]): ReadonlyMap<string, readonly Sync[]> {
  const found = new Map<string, Sync[]>();
  for (const sync of syncs) {
    const { part, kinds, places } = sync;
    const signature = JSON.stringify([part, kinds, places.map(({ what = '', file }) => [what, file])]);
    found.set(signature, [...(found.get(signature) ?? []), sync]);
  }
  return found;
}

function textOf({ kinds, places, paths }: Pick<Sync, 'kinds' | 'places' | 'paths'>): string {
  const where = places.length > 0 ? ` in ${places.slice(0, 2).map(placeText).join(' by ')}` : '';
  return escapeText(`${kinds.join(', ')} of ${paths[0] ?? '/'}${where}`);
}
