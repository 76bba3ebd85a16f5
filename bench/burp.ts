import { rm } from 'node:fs/promises';
import { Rig, type Side } from './burp/rig.ts';
import { changeBigFile, changeFiles, makeBigFile, makeFiles } from './burp/files.ts';

/**
 * jiggle against Burp's own server, with the same client, files, certificates and configuration, by turns:
 * `node dist/bench/burp.js [FILES] [MEBIBYTES] [ROUNDS]`, on the file system of TMPDIR. Needs Debian's `burp` and `openssl`. What is compared is how
 * long the client takes, and how long until the server has put everything in its place; the ratio is jiggle's time over
 * Burp's, the best round of each.
 */
interface Step {
  readonly name: string;
  readonly prepare?: (files: string) => Promise<void>;
  readonly run: (side: Side) => Promise<Times>;
}

interface Times {
  /** Seconds until the client has ended. */
  readonly client: number;
  /** Seconds until the server has nothing left to do. */
  readonly whole: number;
}

const [files = 10_000, mebibytes = 1024, rounds = 1] = process.argv.slice(2).map(Number);

const small: readonly Step[] = [
  { name: `first, ${files} files`, prepare: (at) => makeFiles(at, files), run: (side) => side.backUp() },
  { name: 'a hundredth changed', prepare: (at) => changeFiles(at, files), run: (side) => side.backUp() },
  { name: 'nothing changed', run: (side) => side.backUp() },
  { name: 'restore', run: (side) => side.restore() },
];

const big: readonly Step[] = [
  {
    name: `first, ${mebibytes} MiB`,
    prepare: (at) => makeBigFile(at, mebibytes),
    run: (side) => side.backUp(),
  },
  { name: 'a small change', prepare: (at) => changeBigFile(at, mebibytes), run: (side) => side.backUp() },
  { name: 'restore', run: (side) => side.restore() },
];

type Best = Map<string, { jiggle: Times; burp: Times }>;

/** Who is first pays for what was there before, such as inodes that ext4 spares for a while; so they take turns. */
async function play(steps: readonly Step[], best: Best, isBurpFirst: boolean): Promise<string> {
  const rig = await Rig.open();
  try {
    for (const { name, prepare, run } of steps) {
      await prepare?.(rig.files);
      const burpBefore = isBurpFirst ? await run(rig.burp) : undefined;
      const jiggle = await run(rig.jiggle);
      const times = { jiggle, burp: burpBefore ?? (await run(rig.burp)) };
      const before = best.get(name) ?? times;
      best.set(name, { jiggle: faster(times.jiggle, before.jiggle), burp: faster(times.burp, before.burp) });
    }
    return await rig.jiggle.peak();
  } finally {
    await rig.close();
    await rm(rig.place, { recursive: true, force: true });
  }
}

function faster(one: Times, other: Times): Times {
  return { client: Math.min(one.client, other.client), whole: Math.min(one.whole, other.whole) };
}

function cell(jiggle: number, burp: number): string {
  return `${jiggle.toFixed(1)} s / ${burp.toFixed(1)} s = ${(jiggle / burp).toFixed(2)}`;
}

for (const steps of [small, big]) {
  const best: Best = new Map();
  let peak = '';
  for (let round = 0; round < rounds; round++) peak = await play(steps, best, round % 2 === 1);
  console.log('| step | client: jiggle / Burp = ratio | until all is in place |');
  console.log('| --- | --- | --- |');
  for (const [name, { jiggle, burp }] of best)
    console.log(`| ${name} | ${cell(jiggle.client, burp.client)} | ${cell(jiggle.whole, burp.whole)} |`);
  console.log(`peak memory of jiggle's server: ${peak}\n`);
}
