import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../explore/options.ts';
import { Explorer } from '../../explore/explorer.ts';
import { findModel } from '../../persistence/models.ts';
import type { Scenario } from '../../programs/scenario.ts';
import type { LedgerReport } from '../../../reports/schema/syncs.ts';
import type { Job } from '../job.ts';
import { openAll } from './all-models.ts';
import { ledgerOf, numbered } from './ledger.ts';
import type { LedgerOptions } from './options.ts';
import { jobFor } from './testing/jobs.ts';
import { LOOPING, PROTOCOLS, type Protocol } from './testing/protocols.ts';

const MODELS = ['ext4', 'xfs', 'btrfs', 'posix'];

async function closes(made: Scenario, model: string): Promise<boolean> {
  return (await new Explorer(made, findModel(model)!, { ...DEFAULTS, bail: 1 }).explore()).closed;
}

/** By the syncs that are made, as bits: whether it closes. */
async function byBruteForce({ syncs, make }: Protocol, model: string): Promise<readonly boolean[]> {
  const held: boolean[] = [];
  for (let made = 0; made < 1 << syncs; made++)
    held.push(
      await closes(
        make((sync) => (made & (1 << sync)) !== 0),
        model,
      ),
    );
  return held;
}

function bits(set: number): number {
  return set.toString(2).replaceAll('0', '').length;
}

type Ledger = LedgerReport & { readonly model: string };

async function ledgersOf(jobs: readonly Job[], made: Scenario, options: LedgerOptions): Promise<Ledger[]> {
  const ledgers: Ledger[] = [];
  for (const { bench, sites } of await openAll(made, jobs, {})) {
    ledgers.push({ ...(await ledgerOf(bench, numbered(sites.syncs), options)), model: bench.job.model });
  }
  return ledgers;
}

async function ledgersFor(made: Scenario, stories = false): Promise<readonly Ledger[]> {
  const jobs = MODELS.map((model) => jobFor(made, model));
  return await ledgersOf(jobs, made, { fewest: true, stories });
}

describe('the ledger, held to all subsets of the syncs of a program that leaves them out by itself,', () => {
  for (const protocol of PROTOCOLS) {
    const all = (1 << protocol.syncs) - 1;
    it(`says of ${protocol.name} what is needed, and with which fewest it closes`, async () => {
      for (const ledger of await ledgersFor(protocol.make(() => true))) {
        const held = await byBruteForce(protocol, ledger.model);
        // A sync that no life has called is not in the ledger: that can only be one of a recovery.
        const numbers = ledger.syncs.map(({ id }) => Number(id.slice(1)) - 1);
        expect(held[all], ledger.model).toBe(true);
        const verdicts = ledger.syncs.map(({ verdict }) => verdict);
        const expected = numbers.map((sync) => (held[all & ~(1 << sync)] ? 'redundant' : 'needed'));
        expect(verdicts, ledger.model).toEqual(expected);
        const fewest = Math.min(...held.flatMap((each, made) => (each ? [bits(made)] : [])));
        expect(ledger.fewest, ledger.model).toMatchObject({ proved: true });
        expect(ledger.fewest!.ids, ledger.model).toHaveLength(fewest);
        const kept = ledger.fewest!.ids.reduce((made, id) => made | (1 << (Number(id.slice(1)) - 1)), 0);
        expect(held[kept], ledger.model).toBe(true);
      }
    });

    it(`may take for granted that one sync more never harms ${protocol.name}`, async () => {
      for (const model of MODELS) {
        const held = await byBruteForce(protocol, model);
        const harmed = held.flatMap((each, made) =>
          each && held.some((other, more) => !other && (more & made) === made) ? [made] : [],
        );
        expect(harmed, model).toEqual([]);
      }
    });
  }

  it('keeps one of two that stand for each other, though each of them is redundant', async () => {
    const { syncs, fewest } = (await ledgersFor(PROTOCOLS[0]!.make(() => true))).at(-1)!;
    expect(syncs.map(({ verdict }) => verdict)).toEqual(['needed', 'redundant', 'redundant']);
    expect(fewest!.ids).toHaveLength(2);
  });

  it('says it of each call of a loop, where that is asked for', async () => {
    const made = LOOPING.make(() => true);
    const jobs = [jobFor(made, 'posix')];
    const [ledger] = await ledgersOf(jobs, made, {
      fewest: false,
      stories: false,
      each: true,
    });
    const held = await byBruteForce(LOOPING, 'posix');
    const [row, ...others] = ledger!.syncs;
    expect(others).toEqual([]);
    expect(row).toMatchObject({ verdict: held[0] ? 'redundant' : 'needed', most: 3, ops: [2, 4, 6] });
    const expected = [0, 1, 2].map((sync) => (held[7 & ~(1 << sync)] ? 'redundant' : 'needed'));
    expect(row!.each!.map(({ verdict }) => verdict)).toEqual(expected);
    expect(expected).toEqual(['needed', 'needed', 'redundant']);
  });

  it('tells the story of what happens without it', async () => {
    const [ledger] = await ledgersFor(
      PROTOCOLS[0]!.make(() => true),
      true,
    );
    const { story, invariant } = ledger!.syncs[0]!;
    expect(invariant).toBe('the file is old, or new and stays so');
    expect(story!.lives).toHaveLength(1);
    expect(story!.culprit?.kind).toBe('write');
  });

  it('shows nothing of a program that breaks with all its syncs', async () => {
    const [ledger] = await ledgersFor(PROTOCOLS[0]!.make((sync) => sync !== 0));
    expect(ledger!.note).toMatch(/^it breaks with all the syncs that it has/);
    expect(ledger!.syncs.map(({ verdict }) => verdict)).toEqual(['unknown', 'unknown']);
    expect(ledger!.fewest).toBeNull();
  });

  it('does not know where it was only looked at in part', async () => {
    const made = PROTOCOLS[0]!.make(() => true);
    const jobs = [jobFor(made, 'posix', { tier: 'bounded', depth: 1 })];
    const [ledger] = await ledgersOf(jobs, made, { fewest: true, stories: false });
    expect(ledger!.syncs.map(({ verdict }) => verdict)).toEqual(['needed', 'unknown', 'unknown']);
    expect(ledger!.syncs[1]!.reason).not.toBeNull();
    expect(ledger!.fewest).toBeNull();
  });
});
