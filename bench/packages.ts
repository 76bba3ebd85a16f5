import { program, scenario, type Scenario } from '../harness/index.ts';
import { Image } from '../harness/disk/image/image.ts';
import { inline } from '../harness/programs/inline.ts';
import type { Program } from '../harness/programs/program.ts';
import { bestAsync } from './measure.ts';
import type * as saver from './saver.ts';

/** Few enough that a busy machine doesn't take the core away in the middle of all rounds. */
const LIVES = 20;
/** In turns, so that what disturbs one disturbs the other. */
const ROUNDS = 200;

interface Fs {
  readdir(path: string): Promise<unknown>;
  readFile(path: string, encoding: 'utf8'): Promise<unknown>;
  unlink(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  open(
    path: string,
    flags: string,
  ): Promise<{ writeFile(text: string): Promise<unknown>; sync(): Promise<void>; close(): Promise<void> }>;
}

/** `saver.ts`, with its file system as an argument. */
async function recover(fs: Fs, directory: string): Promise<void> {
  const names = (await fs.readdir(directory)) as string[];
  if (names.includes('tmp')) await fs.unlink(`${directory}/tmp`);
  await fs.readFile(`${directory}/file`, 'utf8');
  const file = await fs.open(`${directory}/tmp`, 'w');
  await file.writeFile('new'.repeat(20));
  await file.sync();
  await file.close();
  await fs.rename(`${directory}/tmp`, `${directory}/file`);
  const parent = await fs.open(directory, 'r');
  await parent.sync();
  await parent.close();
}

const nothing = async (): Promise<void> => {};

const plain = scenario({
  name: 'plain',
  async setup({ fs }) {
    await fs.mkdir('/data');
    await fs.writeFile('/data/file', 'old');
  },
  run: nothing,
  recover: async ({ fs }) => await recover(fs, '/data'),
  check: nothing,
});

const module = program<typeof saver>({
  name: 'module',
  load: () => import('./saver.ts'),
  from: import.meta.url,
  setup: async ({ fs }) => fs.writeFileSync('/data/file', 'old'),
  run: nothing,
  recover: async ({ load }) => await (await load()).recover('/data'),
  check: nothing,
});

/** What the recovery of one state costs as functions over the facade, and as a module that is evaluated anew. */
export async function packages(): Promise<void> {
  const [functions, modules] = [new Cost(plain), new Cost(module)];
  for (let round = 0; round < ROUNDS; round++) for (const each of [functions, modules]) await each.round();
  const times = (of: (cost: Cost) => number): string => (of(modules) / of(functions)).toFixed(1);
  console.log(`\nrecovering one state, the same eleven calls:`);
  console.log(`  functions over the facade:  ${functions.best.toFixed(3)} ms`);
  console.log(
    `  an unmodified Node module:  ${modules.best.toFixed(3)} ms, ${times(({ best }) => best)} times as much; ` +
      `${times(({ total }) => total)} times the work of the processor, with what is cleared away`,
  );
}

/** What lives of one scenario have cost so far, in milliseconds. */
class Cost {
  /** Of a life, in the round that was disturbed least. */
  best = Infinity;
  /** Of all of them, on all cores. */
  total = 0;
  readonly #program: Program;
  #image: Image | undefined;

  constructor(each: Scenario) {
    this.#program = inline(each);
  }

  async round(): Promise<void> {
    this.#image ??= (await this.#program.live({ part: 'setup', boot: Image.empty(), time: 0 })).image;
    const before = process.cpuUsage();
    const { seconds } = await bestAsync(1, async () => {
      for (let life = 0; life < LIVES; life++)
        await this.#program.live({ part: 'recover', boot: this.#image!, time: 0 });
    });
    const { user, system } = process.cpuUsage(before);
    this.best = Math.min(this.best, (seconds / LIVES) * 1000);
    this.total += (user + system) / 1000;
  }
}
