import { gunzipSync } from 'node:zlib';
import type { Disk } from '../../../harness/index.ts';
import type { BackupClient } from '../../../src/ports/backup-client.ts';
import type { BackupOptions, Store } from '../../../src/server/store.ts';
import { codeOf } from '../../../src/storage/errors.ts';
import { readRecord } from '../../../src/storage/record.ts';
import type { Settings } from '../../../src/storage/settings.ts';
import { restored } from '../expected.ts';
import { clientOf, open, ROOT, STORE, type ClientTree } from '../world.ts';
import { HandledDisk } from './one-life.ts';
import { Image } from '../../../harness/disk/image/image.ts';
import { Killed, shortNames, stepping } from './steps.ts';

/** What a server did on a disk, as text: step by step, with what it said on the way, and what came of it. */
export class Chronicle {
  private readonly lines: string[] = [];
  private readonly trees = new Map<number, ClientTree>();
  readonly disk: HandledDisk;
  private settings: Partial<Settings>;
  private tellsSteps = true;

  private constructor(disk: HandledDisk, settings: Partial<Settings>) {
    this.disk = disk;
    this.settings = settings;
  }

  static async begin(settings: Partial<Settings>): Promise<Chronicle> {
    const disk = new HandledDisk(Image.empty());
    await disk.fs.mkdir(STORE);
    return new Chronicle(disk, { entriesPerSync: 1, keep: [100], ...settings });
  }

  /** On a disk that others have worked on; `trees` are what the backups on it should restore. */
  static on(
    disk: HandledDisk,
    settings: Partial<Settings>,
    trees: ReadonlyMap<number, ClientTree>,
  ): Chronicle {
    const chronicle = new Chronicle(disk, { entriesPerSync: 1, keep: [100], ...settings });
    for (const [number, tree] of trees) chronicle.trees.set(number, tree);
    return chronicle;
  }

  /** Another one that goes on from here, and has told nothing yet. */
  fork(): Chronicle {
    const other = new Chronicle(this.disk.fork(), this.settings);
    for (const [number, tree] of this.trees) other.trees.set(number, tree);
    return other;
  }

  /** What is done in this is not told. */
  async untold(act: () => Promise<void>): Promise<void> {
    const { length } = this.lines;
    await act();
    this.lines.length = length;
  }

  /** Of what is done in this, it is only told what the server says. */
  async withoutSteps(act: () => Promise<void>): Promise<void> {
    this.tellsSteps = false;
    await act();
    this.tellsSteps = true;
  }

  /** From now on the server has these as well. */
  change(settings: Partial<Settings>): void {
    this.settings = { ...this.settings, ...settings };
  }

  /** A backup of which nothing is told. */
  async given(...trees: readonly ClientTree[]): Promise<void> {
    for (const tree of trees) {
      const { number } = await (await open(this.disk, this.settings)).backup(clientOf(tree));
      this.trees.set(number, tree);
    }
  }

  /** What the server does now, up to a step that it does not live to take, or with one that fails, if one is named. */
  async told(title: string, act: (store: Store) => Promise<unknown>, ends?: RegExp | Failure): Promise<void> {
    this.lines.push(`== ${title}`);
    const [at, code] = ends instanceof RegExp || !ends ? [ends] : [ends.at, ends.code];
    let isReached = false;
    const note = (step: string): void => {
      const isNow = !isReached && (at?.test(step) ?? false);
      isReached ||= isNow;
      if (isReached && code === undefined) throw new Killed();
      if (isNow) throw Object.assign(new Error(`${code}: ${step}`), { code });
      if (this.tellsSteps) this.say(step);
    };
    const log = {
      info: (text: string) => this.say(`  says: ${text}`),
      warn: (text: string) => this.say(`  warns: ${text}`),
    };
    const store = await open(stepping(this.disk, note), this.settings, { log });
    try {
      await act(store);
    } catch (error) {
      if (isReached && code === undefined) this.say('killed');
      else if (codeOf(error) === undefined) throw error;
      else this.say(`fails: ${(error as Error).message}`);
    }
    if (at && !isReached) throw new Error(`${title}: no step was ${String(at)}`);
  }

  /** A backup of a tree, with what its client is told and what is counted. */
  async backedUp(tree: ClientTree, how: HowToBackUp = {}): Promise<void> {
    const { before, client = clientOf(tree), incexc, title = 'a backup' } = how;
    const told = { ...client, tell: (text: string) => this.say(`  tells the client: ${text}`) };
    const options: BackupOptions = {
      onStored: (name) => {
        this.trees.set(Number(name.slice(0, 7)), tree);
        this.say(`  tells the client that ${name} is stored`);
      },
      onPhase: (name, phase) => this.say(`  phase ${phase} of ${name}`),
      onDropping: async (name) => this.say(`  is about to drop ${name}`),
      ...(incexc !== undefined && { incexc }),
    };
    const act = async (store: Store): Promise<void> => {
      const { counts, warnings, entries } = await store.backup(told, options);
      this.say(`  counts: ${JSON.stringify({ entries, ...counts, warnings: warnings.length })}`);
    };
    await this.told(title, act, before);
  }

  /** What there is afterwards, and all that has been told; of the former, only what users see of it if it is brief. */
  async end({ isBrief = false } = {}): Promise<string> {
    this.lines.push('== afterwards');
    const store = await open(this.disk, this.settings);
    const backups = await store.list();
    for (const { name, number, isCurrent, isDeletable } of backups) {
      const marks = [isCurrent && 'current', isDeletable && 'may be deleted'].filter(Boolean).join(', ');
      this.say(`${name} is listed${marks && ` (${marks})`}`);
      this.say(`  restores ${await this.restores(store, number)}`);
      const { failures } = await store.verify(number);
      for (const failure of failures) this.say(`  verify: ${failure}`);
    }
    for (const { name, what } of await store.unfinished()) this.say(`${name} is ${what}`);
    if (isBrief) return this.text;
    for (const name of await below(this.disk, ROOT, '')) this.say(`there is ${name}`);
    for (const { name } of backups) await this.recordOf(name);
    const newest = backups.at(-1);
    if (newest) await this.logOf(newest.name);
    return this.text;
  }

  private get text(): string {
    return `${this.lines.join('\n')}\n`;
  }

  private async restores(store: Store, number: number): Promise<string> {
    try {
      const { told, untold } = await restored(store, number, this.trees.get(number) ?? {});
      return told ?? untold ?? 'as it was';
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      return `not: ${(error as Error).message}`;
    }
  }

  /** What was decided of a backup, which later ones and other versions go by. */
  private async recordOf(name: string): Promise<void> {
    const record = await readRecord(this.disk.fs, `${ROOT}/${name}`);
    if (!record) return;
    const { manifests, name: _, ...decided } = record;
    this.say(`${name} was decided to be ${JSON.stringify({ ...decided, manifests: manifests.length })}`);
  }

  private async logOf(name: string): Promise<void> {
    const read = async (file: string): Promise<Buffer> =>
      Buffer.from(await this.disk.fs.readFile(`${ROOT}/${name}/${file}`));
    const log = gunzipSync(await read('log.gz')).toString();
    this.lines.push('== log of the newest', shortNames(log.trimEnd()));
    const { counters } = JSON.parse((await read('backup_stats')).toString()) as { counters: object[] };
    this.lines.push('== statistics of the newest', ...counters.map((one) => Object.values(one).join(' ')));
  }

  private say(text: string): void {
    // Where in packed data a damage shows, and as what, is the packer's affair.
    const line = shortNames(text).replace(/ is damaged at byte \d+: .*$/, ' is damaged');
    // However many writes a file takes.
    if (!line.startsWith('write ') || line !== this.lines.at(-1)) this.lines.push(line);
  }
}

/** A step that fails, once. */
interface Failure {
  readonly at: RegExp;
  readonly code: string;
}

interface HowToBackUp {
  readonly title?: string;
  readonly before?: RegExp;
  readonly client?: BackupClient;
  readonly incexc?: string;
}

async function below({ fs }: Disk, directory: string, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of (await fs.readdir(directory)).toSorted()) {
    const path = `${directory}/${name}`;
    const stat = await fs.lstat(path);
    if (stat.isDirectory()) found.push(...(await below({ fs } as Disk, path, `${prefix}${name}/`)));
    else if (stat.isSymbolicLink()) found.push(`${prefix}${name} -> ${await fs.readlink(path)}`);
    else found.push(stat.nlink > 1 ? `${prefix}${name} (${stat.nlink} names)` : prefix + name);
  }
  return found;
}
