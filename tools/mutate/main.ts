import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { knownOf, note, readLedger } from './ledger.ts';
import { SCENARIOS } from './nearest.ts';
import { pageOf } from './page.ts';
import { type Mutant, listed, sampleOf, sourcesOf, standing } from './plan.ts';
import { type Trap, trapsFor, tryAll } from './trial.ts';
import { Workshop } from './workshop.ts';

const USAGE = `usage: npm run mutate -- [--list] [--files GLOB]... [--sample N] [--seed S] [--only TEXT] [--again] [--traps N] [--page]
  --list      the mistakes that are written down, in place of a sample
  --files     what a sample is drawn from (default: src/storage/**/*.ts and src/server/*.ts)
  --sample    how many (default: 20)
  --seed      which ones (default: 1)
  --only      those of whose file, name or change this is a part
  --again     also those that are known to be caught
  --traps     only the first so many of what a mutant is given to (default: all 4)
  --page      only writes the page`;

const ENGINE = ['src/storage/**/*.ts', 'src/server/*.ts'];
const LEDGER = 'tools/mutate/ledger.jsonl';
const PAGE = 'docs/mutants.md';

const TRAPS = [
  "A mutant is given to the test that has jiggle's steps in writing, to the unit tests of the engine and of the room it is in,",
  `and, if they notice nothing, to \`blackout run --model posix\` with ${SCENARIOS.map((name) => `\`${name}\``).join(', ')}; then to`,
  'the slow tests. Each of the four has two minutes of processor time. With `--traps`, only the first ones are set, which is quicker,',
  'and catches less.',
].join('\n');

async function main(project: string, args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      list: { type: 'boolean', default: false },
      files: { type: 'string', multiple: true, default: ENGINE },
      sample: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', default: '' },
      again: { type: 'boolean', default: false },
      traps: { type: 'string', default: '4' },
      page: { type: 'boolean', default: false },
    },
  });
  const ledger = join(project, LEDGER);
  if (!values.page) {
    const [count, seed] = [wholeNumber('sample', values.sample), wholeNumber('seed', values.seed)];
    const files = await sourcesOf(project, values.files);
    if (files.length === 0) throw new Error(`--files ${values.files.join(' ')}: no source is there`);
    const all = values.list ? await listed(project) : await sampleOf(project, files, count, seed);
    const mutants = all.filter(({ file, name, what }) => `${file} ${name} ${what}`.includes(values.only));
    const from = values.list ? 'the list' : `seed ${seed}`;
    const most = wholeNumber('traps', values.traps);
    await tryThem({ project, ledger, from, most }, await isToBeTried(ledger, mutants, values.again));
  }
  const lines = await readLedger(ledger);
  const known = await standing(project, lines);
  await writeFile(join(project, PAGE), pageOf(known, TRAPS, [...knownOf(lines).values()]));
  return known.some(({ last }) => last.fate === 'survived') ? 1 : 0;
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} is a whole number, not "${text}"`);
  return Number(text);
}

/** What is caught stays caught as long as its file is the same; what survived may have met new tests since. */
async function isToBeTried(
  ledger: string,
  mutants: readonly Mutant[],
  again: boolean,
): Promise<readonly Mutant[]> {
  const caught = new Set<string>();
  for (const { key, fate } of await readLedger(ledger)) {
    if (fate === 'caught') caught.add(key);
    else caught.delete(key);
  }
  return mutants.filter(({ key }) => again || !caught.has(key));
}

/** `most`: how many traps a mutant is given to. */
interface Trying {
  readonly project: string;
  readonly ledger: string;
  readonly from: string;
  readonly most: number;
}

async function tryThem({ project, ledger, from, most }: Trying, mutants: readonly Mutant[]): Promise<void> {
  if (mutants.length === 0) return;
  const workshop = await Workshop.open(project);
  try {
    const sound = new Set<string>();
    for (const [at, { key, file, line, name, what, source, reason }] of mutants.entries()) {
      const told = { key, from, file, line, name, what };
      const say = (text: string): void =>
        void process.stdout.write(`${at + 1}/${mutants.length} ${text} ${file}:${line} ${name}: ${what}\n`);
      if (reason !== undefined) {
        await note(ledger, { ...told, fate: 'equivalent', reason, seconds: 0 });
        say('equivalent');
        continue;
      }
      const prepare = async (trap: Trap): Promise<void> => {
        const command = trap.command.join(' ');
        if (!sound.has(command)) await checkWithout(workshop, file, trap);
        sound.add(command);
        await workshop.put(file, source);
      };
      const { fate, by, seconds } = await tryAll(trapsFor(file).slice(0, most), workshop.place, prepare);
      await workshop.putBack(file);
      const tenths = Math.round(seconds * 10) / 10;
      await note(ledger, { ...told, fate, ...(by !== undefined && { by }), seconds: tenths });
      say(`${fate}${by === undefined ? '' : ` by ${by}`}, ${tenths} s:`);
    }
  } finally {
    await workshop.close();
  }
}

/** A trap that is red or late without any mistake would catch them all. */
async function checkWithout(workshop: Workshop, file: string, trap: Trap): Promise<void> {
  await workshop.putBack(file);
  const { fate, seconds } = await tryAll([trap], workshop.place);
  const what = trap.command.slice(1).join(' ');
  if (fate !== 'survived')
    throw new Error(`without a mistake it is ${fate}, which has to be mended first: ${what}`);
  process.stdout.write(`without a mistake it is green, in ${Math.round(seconds)} s: ${what}\n`);
}

try {
  process.exitCode = await main(process.cwd(), process.argv.slice(2));
} catch (error) {
  process.stderr.write(`mutate: ${(error as Error).message}\n${USAGE}\n`);
  process.exitCode = 254;
}
