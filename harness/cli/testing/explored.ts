import type { Catalogue, CatalogueEntry } from '../../explore/catalogue.ts';
import type { Scenario } from '../../programs/scenario.ts';
import { inDirectory, run, type FakeOptions, type Ran } from './fake-io.ts';

/** `blackout run` of one scenario, under posix if the arguments say nothing else. */
export async function explored(
  made: Scenario,
  argv: readonly string[] = [],
  { io, ...more }: Partial<CatalogueEntry> & { readonly io?: FakeOptions } = {},
): Promise<Ran> {
  return await exploredAll([made], argv, { ...(io ? { io } : {}), ...more });
}

/** The same of several, which share what is said of them. */
export async function exploredAll(
  all: readonly Scenario[],
  argv: readonly string[] = [],
  { io, ...more }: Partial<CatalogueEntry> & { readonly io?: FakeOptions } = {},
): Promise<Ran> {
  const catalogue: Catalogue = all.map((made) => ({
    name: made.name,
    summary: `about ${made.name}`,
    group: 'Tests',
    byDefault: true,
    make: () => made,
    ...more,
  }));
  const model = argv.includes('--model') ? [] : ['--model', 'posix'];
  let ran: Ran | undefined;
  await inDirectory(async (directory) => {
    ran = await run(['run', ...model, ...argv], catalogue, directory, io);
  });
  return ran!;
}
