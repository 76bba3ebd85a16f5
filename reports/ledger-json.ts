import { z } from 'zod';
import { ledgerRows, type LedgerRun } from './ledger.ts';
import { natural } from './schema/basics.ts';
import { missingSchema } from './schema/remedy.ts';
import { placeSchema } from './schema/place.ts';
import { necessitySchema } from './schema/syncs.ts';

/** What `syncs --json` writes, and `--assert-needed` reads: the ledgers of some scenarios, without their stories. */
export const ledgerFileSchema = z.object({
  ledgerVersion: z.literal(1),
  scenarios: z.array(
    z.object({
      scenario: z.string(),
      models: z.array(
        z.object({
          model: z.string(),
          note: z.string().nullable(),
          tried: natural,
          missing: missingSchema.nullable(),
          fewest: z.object({ syncs: z.array(z.string()), proved: z.boolean() }).nullable(),
        }),
      ),
      syncs: z.array(
        z.object({
          id: z.string(),
          part: z.enum(['run', 'recover']),
          kinds: z.array(z.string()),
          places: z.array(placeSchema),
          paths: z.array(z.string()),
          ops: z.array(natural),
          under: z.record(
            z.string(),
            z.object({
              verdict: necessitySchema,
              reason: z.string().nullable(),
              invariant: z.string().nullable(),
              token: z.string().nullable(),
              without: z.object({ states: natural, minimumUptime: natural.nullable() }).nullable(),
              lives: natural,
              calls: natural,
              most: natural,
              each: z.array(z.object({ nth: natural, verdict: necessitySchema })).optional(),
            }),
          ),
        }),
      ),
    }),
  ),
});

export type LedgerFile = z.infer<typeof ledgerFileSchema>;

export function ledgerJson(
  ledgers: readonly { readonly scenario: string; readonly runs: readonly LedgerRun[] }[],
): LedgerFile {
  return {
    ledgerVersion: 1,
    scenarios: ledgers.map(({ scenario, runs }) => ({
      scenario,
      models: runs.map(({ model, ledger: { note, tried, fewest, missing = null } }) => ({
        model,
        note,
        tried,
        missing,
        fewest: fewest && { syncs: [...fewest.ids], proved: fewest.proved },
      })),
      syncs: ledgerRows(runs).map(({ id, sync, under }) => ({
        id,
        part: sync.part,
        kinds: [...sync.kinds],
        places: [...sync.places],
        paths: [...sync.paths],
        ops: [...sync.ops],
        under: Object.fromEntries(
          [...under].map(
            ([model, { verdict, reason, invariant, story, without, lives, calls, most, each }]) => [
              model,
              {
                verdict,
                reason,
                invariant,
                token: story?.token ?? null,
                without,
                lives,
                calls,
                most,
                ...(each ? { each: each.map(({ nth, verdict: one }) => ({ nth, verdict: one })) } : {}),
              },
            ],
          ),
        ),
      })),
    })),
  };
}
