import { mkdir } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Store } from '../server/store.ts';
import { DirectorySink } from '../client/directory-sink.ts';
import { DONE, WARNINGS } from './exit-codes.ts';
import { existing } from './existing.ts';
import { Console, open, regularExpression, whole } from './options.ts';
import { type PlaceFlags, placeOf, placesOf, withPlace, withPlaces } from './places.ts';

interface RestoreFlags extends PlaceFlags {
  readonly client: string;
  readonly backup?: number;
  readonly to: string;
  readonly regex?: RegExp;
  readonly prefix?: string;
  readonly strip?: number;
  readonly overwrite?: boolean;
}

/** The commands that only read a store. */
export function addReaders(jiggle: Command): void {
  withPlaces(jiggle.command('list')).description('list the backups, the oldest first').action(listCommand);
  withPlace(jiggle.command('restore'))
    .description('restore a backup, byte for byte')
    .option('--backup <number>', 'which; the newest if not given', whole(0))
    .requiredOption('--to <dir>', 'where the restored paths are put below')
    .option('--regex <expression>', 'only paths in which this is found', regularExpression)
    .option('--prefix <path>', 'only this path and what is below it')
    .option('--strip <n>', 'leave out so many leading components of each path', whole(0))
    .option('--overwrite', 'replace what is there already')
    .action(restoreCommand);
  withPlaces(jiggle.command('verify'))
    .description('check that backups would restore byte for byte')
    .option('--backup <number>', 'which; all if not given', whole(0))
    .action(verifyCommand);
}

async function listCommand(flags: PlaceFlags): Promise<void> {
  for (const place of await placesOf(flags)) {
    const store = await open(place, new Console(false));
    const whose = flags.client === undefined ? `${place.client}: ` : '';
    for (const { name, isCurrent, isDeletable } of await store.list()) {
      const marks = [...(isCurrent ? ['current'] : []), ...(isDeletable ? ['deletable'] : [])];
      console.log(`${whose}${name}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`);
    }
    for (const { name, what } of await store.unfinished()) console.log(`${whose}${name} (${what})`);
  }
  process.exitCode = DONE;
}

async function restoreCommand(flags: RestoreFlags): Promise<void> {
  const { regex, prefix, strip, overwrite = false } = flags;
  await mkdir(flags.to, { recursive: true });
  const sink = new DirectorySink(await existing(flags.to), { overwrite });
  const selection = {
    ...(regex && { regex }),
    ...(prefix !== undefined && { prefix }),
    ...(strip && { strip }),
  };
  const store = await open(await placeOf(flags), new Console(false));
  const { entries, failures } = await store.restore(flags.backup ?? 0, sink, selection);
  for (const failure of failures) console.error(`WARNING: ${failure}`);
  console.log(`restored ${entries - failures.length} of ${entries} entries`);
  process.exitCode = failures.length > 0 ? WARNINGS : DONE;
}

async function verifyCommand(flags: PlaceFlags & { readonly backup?: number }): Promise<void> {
  let damaged = 0;
  for (const place of await placesOf(flags)) {
    const whose = flags.client === undefined ? `${place.client}: ` : '';
    damaged += await verifyAll(await open(place, new Console(false)), flags.backup, whose);
  }
  process.exitCode = damaged > 0 ? WARNINGS : DONE;
}

/** Says what is damaged, and how much; `whose` stands before each line. */
async function verifyAll(store: Store, backup: number | undefined, whose: string): Promise<number> {
  const numbers = backup === undefined ? (await store.list()).map((one) => one.number) : [backup];
  let damaged = 0;
  for (const number of numbers) {
    const { entries, failures } = await store.verify(number);
    for (const failure of failures) console.log(`${whose}backup ${number}: ${failure}`);
    console.log(`${whose}backup ${number}: ${entries} entries, ${failures.length} damaged`);
    damaged += failures.length;
  }
  return damaged;
}
