import { mkdir, stat } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { directorySource } from '../client/directory-source.ts';
import { localClient } from '../client/local-client.ts';
import { StoreError, ifThere } from '../storage/errors.ts';
import type { BackupResult } from '../storage/backup.ts';
import type { RecoveryMethod, Settings } from '../storage/settings.ts';
import { DONE, WARNINGS } from './exit-codes.ts';
import { existing } from './existing.ts';
import { Console, numbers, open, whole } from './options.ts';
import { type Place, type PlaceFlags, placeOf, placesOf, withPlace, withPlaces } from './places.ts';

interface BackupFlags extends Place {
  readonly compression?: number;
  readonly hardlinkedArchive?: boolean;
  readonly keep?: number[];
  readonly recovery?: RecoveryMethod;
  readonly maxResumeAttempts?: number;
  readonly entriesPerSync?: number;
  readonly librsync: boolean;
  readonly librsyncMaxSize?: number;
  readonly verbose?: boolean;
}

/** The commands that change a store. */
export function addWriters(jiggle: Command): void {
  jiggle
    .command('backup')
    .requiredOption('--store <dir>', 'the directory of all clients')
    .requiredOption('--client <name>', 'whose backups')
    .description('back up a directory, after finishing or undoing what was cut short before')
    .argument('<dir>', 'the directory to back up')
    .option('--compression <level>', 'gzip level, 0 for none', whole(0, 9))
    .option('--hardlinked-archive', 'keep all files of every backup whole')
    .option('--keep <numbers>', 'how many backups to keep, of each older window: 7,4,6', numbers)
    .addOption(
      new Option('--recovery <method>', 'what becomes of a half-received backup').choices([
        'delete',
        'resume',
      ]),
    )
    .option('--max-resume-attempts <n>', 'then begin anew; 0 for no limit', whole(0))
    .option('--entries-per-sync <n>', 'how many entries may wait for one sync', whole(1))
    .option('--no-librsync', 'send and keep changed files whole')
    .option('--librsync-max-size <bytes>', 'send and keep larger files whole; 0 for no limit', whole(0))
    .option('-v, --verbose', 'say what is done')
    .action(backupCommand);
  withPlace(jiggle.command('delete'))
    .description('delete a backup that no other depends on')
    .requiredOption('--backup <number>', 'which', whole(1))
    .action(deleteCommand);
  withPlaces(jiggle.command('recover'))
    .description('finish what was received whole, and drop what was not, without making a backup')
    .option('-v, --verbose', 'say what is done')
    .action(recoverCommand);
}

async function backupCommand(given: string, flags: BackupFlags): Promise<void> {
  const { store, client, verbose = false, ...rest } = flags;
  const directory = await existing(given);
  if (!(await stat(directory)).isDirectory()) throw new StoreError('ENOTDIR', `${given} is not a directory`);
  if (!(await ifThere(stat(store)))) await mkdir(store, { recursive: true, mode: 0o700 });
  const log = new Console(verbose);
  const opened = await open({ store, client }, log, rest satisfies Partial<Settings>);
  const source = directorySource(directory, { skip: [await existing(store)] });
  const result = await opened.backup(localClient(source));
  console.log(summary(result));
  process.exitCode = log.warnings > 0 ? WARNINGS : DONE;
}

type DeleteFlags = PlaceFlags & { readonly client: string; readonly backup: number };

async function deleteCommand(flags: DeleteFlags): Promise<void> {
  const log = new Console(false);
  await (await open(await placeOf(flags), log)).remove(flags.backup);
  console.log(`deleted backup ${flags.backup}`);
  process.exitCode = log.warnings > 0 ? WARNINGS : DONE;
}

async function recoverCommand(flags: PlaceFlags & { readonly verbose?: boolean }): Promise<void> {
  const log = new Console(flags.verbose ?? false);
  for (const place of await placesOf(flags)) await (await open(place, log)).recover();
  process.exitCode = log.warnings > 0 ? WARNINGS : DONE;
}

function summary({ name, entries, counts }: BackupResult): string {
  const { whole: sent, delta, kept, deleted } = counts;
  return `${name}: ${entries} entries; files: ${sent} sent whole, ${delta} as deltas, ${kept} unchanged; ${deleted} gone since the last backup`;
}
