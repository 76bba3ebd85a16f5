import process from 'node:process';
import type { Catalogue, CatalogueEntry } from '../../../explore/catalogue.ts';
import { broken, scenario, type Scenario } from '../../../programs/scenario.ts';

function forEver(): never {
  for (;;);
}

/** Past all that stands between a program and the end of its process. */
function die(): void {
  (process as unknown as { reallyExit(code: number): void }).reallyExit(3);
}

/** Two directories are made; with the first and not the second, `recover` or `check` does something terrible. */
function halfMade(name: string, terrible: Partial<Record<'recover' | 'check', () => void>>): Scenario {
  const isHalf = (names: readonly string[]): boolean => names.includes('a') && !names.includes('b');
  return scenario({
    name,
    async run({ fs }) {
      await fs.mkdir('/a');
      await fs.mkdir('/b');
    },
    async recover({ fs }) {
      if (isHalf(await fs.readdir('/'))) terrible.recover?.();
    },
    async check({ fs }) {
      if (isHalf(await fs.readdir('/'))) terrible.check?.();
    },
  });
}

function entry(made: Scenario): CatalogueEntry {
  return { name: made.name, summary: '', group: 'Tests', byDefault: true, make: () => made };
}

/** Programs that take their thread with them, and some that don't. */
export const catalogue: Catalogue = [
  halfMade('fine', {}),
  halfMade('loops-in-recover', { recover: forEver }),
  halfMade('loops-in-check', { check: forEver }),
  halfMade('dies-in-recover', { recover: die }),
  scenario({
    name: 'loops-in-run',
    async run({ fs }) {
      await fs.mkdir('/a');
      forEver();
    },
    check: async () => undefined,
  }),
  scenario({
    name: 'broken',
    run: async ({ fs }) => await fs.mkdir('/a').then(() => undefined),
    check: async ({ fs }) =>
      (await fs.readdir('/')).includes('a') ? broken('nothing is there', 'a is') : undefined,
  }),
].map(entry);
