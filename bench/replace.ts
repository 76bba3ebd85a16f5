import { createFsFromVolume, Volume, type DirectoryJSON } from 'memfs';
import { Image } from '../harness/disk/image/image.ts';
import { runLife } from '../harness/programs/life.ts';
import { EPOCH } from '../harness/programs/times.ts';
import { scopeOf } from '../harness/explore/options.ts';
import { DEFAULTS, Explorer, scenario, type Life } from '../harness/index.ts';
import { posix } from '../harness/persistence/models/posix.ts';
import { Survivals } from '../harness/persistence/survivals.ts';
import { bestAsync, rate } from './measure.ts';

const BYSTANDERS = 100;
const OLD = 'old'.repeat(20);
const NEW = 'new'.repeat(20);
/** How often the explored life replaces the file, so that its setup is not most of the time. */
const REPLACES = 40;

/** The few functions of `node:fs/promises` that both sides run. */
interface Fs {
  readFile(path: string, encoding: 'utf8'): Promise<unknown>;
  readdir(path: string): Promise<unknown>;
  unlink(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  open(path: string, flags: string): Promise<Handle>;
}
interface Handle {
  writeFile(text: string): Promise<unknown>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The steps of the protocol, so that a loop can stop after any of them. */
function steps(fs: Fs, text = NEW): readonly (() => Promise<void>)[] {
  let file: Handle;
  return [
    async () => void (file = await fs.open('/d/tmp', 'w')),
    async () => void (await file.writeFile(text)),
    async () => await file.sync(),
    async () => (await file.close(), await fs.rename('/d/tmp', '/d/file')),
    async () => {
      const dir = await fs.open('/d', 'r');
      await dir.sync();
      await dir.close();
    },
  ];
}

async function recover(fs: Fs): Promise<void> {
  const names = (await fs.readdir('/d')) as string[];
  if (names.includes('tmp')) await fs.unlink('/d/tmp');
}

async function isValid(fs: Fs): Promise<boolean> {
  const text = await fs.readFile('/d/file', 'utf8');
  return text === OLD || String(text).startsWith(NEW);
}

/**
 * Crash states of an atomic replace among 100 bystander files, each built, recovered and checked: on the simulated
 * disk, and beside it in the loop that people write by hand today, with one memfs Volume per crash point and no state
 * in which the disk has lost anything.
 */
export async function replace(): Promise<void> {
  console.log(`atomic replace with ${BYSTANDERS} bystander files, states built + recovered + checked`);
  const naive = await bestAsync(3, naiveLoop);
  const naiveRate = naive.value / naive.seconds;
  console.log(`  naive loop over memfs:               ${rate(naiveRate)} states/s`);
  const boot = await prepared();
  const ours = await bestAsync(7, async () => await eachState(boot));
  const ourRate = ours.value / ours.seconds;
  const times = (ourRate / naiveRate).toFixed(0);
  console.log(`  simulated disk, each state run anew: ${rate(ourRate)} states/s, ${times} times that`);
  const explored = await bestAsync(7, explore);
  const exploredRate = explored.value / explored.seconds;
  const more = (exploredRate / naiveRate).toFixed(0);
  console.log(`  the explorer, states closed over:    ${rate(exploredRate)} states/s, ${more} times that`);
}

async function naiveLoop(): Promise<number> {
  const base: DirectoryJSON = { '/d/file': OLD };
  for (let i = 0; i < BYSTANDERS; i++) base[`/d/bystander${i}`] = `bystander ${i}`;
  let states = 0;
  for (let round = 0; round < 20; round++) {
    for (let cut = 0; cut <= 5; cut++) {
      const volume = Volume.fromJSON(base);
      const before = createFsFromVolume(volume).promises as unknown as Fs;
      for (const step of steps(before).slice(0, cut)) await step();
      const after = createFsFromVolume(Volume.fromJSON(volume.toJSON())).promises as unknown as Fs;
      await recover(after);
      demand(await isValid(after));
      states++;
    }
  }
  return states;
}

async function setUp({ fs }: Pick<Life, 'fs'>): Promise<void> {
  await fs.mkdir('/d');
  await fs.writeFile('/d/file', OLD);
  for (let i = 0; i < BYSTANDERS; i++) await fs.writeFile(`/d/bystander${i}`, `bystander ${i}`);
}

const OPTIONS = { callsMax: 10_000, time: EPOCH };

async function prepared(): Promise<Image> {
  return (await runLife(Image.empty(), setUp, OPTIONS)).image;
}

/** No state is taken for another one here: every one that a cut can leave has its recovery and its check. */
async function eachState(boot: Image): Promise<number> {
  let states = 0;
  for (let round = 0; round < 100; round++) {
    const life = await runLife(boot, run, OPTIONS);
    const survivals = new Survivals(posix, boot, scopeOf(DEFAULTS));
    for (let at = 0; at <= life.ops.length; at++) {
      if (at > 0) survivals.step(life.ops[at - 1]!);
      const disks: Image[] = [];
      survivals.visit(({ image }) => disks.push(image.fork()), survivals.inherits);
      for (const disk of disks) {
        states++;
        disk.seal();
        const recovered = await runLife(disk, ({ fs }) => recover(fs), OPTIONS);
        await runLife(recovered.image, async ({ fs }) => demand(await isValid(fs)), OPTIONS);
      }
    }
  }
  return states;
}

async function run({ fs }: Pick<Life, 'fs'>): Promise<void> {
  for (const step of steps(fs)) await step();
}

async function explore(): Promise<number> {
  let states = 0;
  const story = scenario({
    name: 'bench-replace',
    setup: setUp,
    async run({ fs }) {
      for (let i = 0; i < REPLACES; i++) for (const step of steps(fs, `${NEW} ${i}`)) await step();
    },
    recover: async ({ fs }) => await recover(fs),
    check: async ({ fs }) => demand(await isValid(fs)),
  });
  for (let round = 0; round < 3; round++) {
    states += (await new Explorer(story, posix, DEFAULTS).explore()).counts.verified;
  }
  return states;
}

function demand(valid: boolean): void {
  if (!valid) throw new Error('a bug was found that is not there');
}
