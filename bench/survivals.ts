import { constants } from 'node:fs';
import { Core } from '../harness/disk/core/core.ts';
import { Image } from '../harness/disk/image/image.ts';
import type { Op } from '../harness/disk/journal.ts';
import { posix } from '../harness/persistence/models/posix.ts';
import { randomly } from '../harness/persistence/choices.ts';
import { Seen } from '../harness/persistence/seen.ts';
import type { Visitor } from '../harness/persistence/walk.ts';
import { Survivals } from '../harness/persistence/survivals.ts';
import { best, rate } from './measure.ts';

const OPS = 200;
/** Pending effects between two syncs of the life: what decides how many survivals there are. */
const OPS_PER_SYNC = 8;

/**
 * Survivals enumerated, hashed and deduplicated per second on one core, for a life of 200 ops on disks of different
 * sizes. Generated ones count, not only those that are new: each is built, hashed and looked up.
 */
export function survivals(): void {
  console.log(`survivals of a life of ${OPS} ops, enumerated, hashed and deduplicated`);
  const rates = [100, 1000, 10_000].map((files) => {
    const { boot, ops } = lifeOn(files);
    const result = best(5, () => enumerate(boot, ops));
    const perSecond = result.value.generated / result.seconds;
    const { generated, distinct } = result.value;
    console.log(
      `  ${files} files: ${rate(perSecond)} survivals/s (${generated} generated, ${distinct} distinct)`,
    );
    return perSecond;
  });
  console.log(`  cost per survival at 10,000 files over that at 100: ${(rates[0]! / rates[2]!).toFixed(2)}`);
}

function enumerate(boot: Image, ops: readonly Op[]): { generated: number; distinct: number } {
  const all = new Survivals(posix, boot, {
    tier: 'all',
    t: 1,
    cap: 1 << 20,
    samples: 0,
    choices: randomly(1),
  });
  const seen = new Seen();
  let generated = 0;
  const take: Visitor = ({ image }) => {
    seen.number(image.hash);
    generated++;
  };
  all.visit(take);
  for (const op of ops) {
    all.step(op);
    all.visit(take, all.inherits);
  }
  return { generated, distinct: seen.size };
}

/**
 * A life in the mix that such simulators are commonly measured with: two fifths partial overwrites, and appends,
 * replacements by rename, removals with a new file, and truncations in equal parts; over files in ten directories,
 * with a sync after every few.
 */
function lifeOn(files: number): { boot: Image; ops: readonly Op[] } {
  const setup = new Core(Image.empty());
  for (let d = 0; d < 10; d++) setup.mkdir(`/d${d}`);
  for (let i = 0; i < files; i++) setup.writeFile(pathOf(i), Buffer.from(`file ${i} `.repeat(20)));
  const boot = setup.image;
  const core = new Core(boot.fork());
  const choices = randomly(7);
  while (core.journal.length < OPS) {
    const path = pathOf(choices.choose(Math.min(files, 100)));
    if (core.journal.length % OPS_PER_SYNC === OPS_PER_SYNC - 1) core.sync();
    else step(core, path, choices.choose(10));
  }
  return { boot, ops: core.journal.ops.slice(0, OPS) };
}

function step(core: Core, path: string, what: number): void {
  const data = Buffer.from(`changed ${core.journal.length} `.repeat(12));
  if (what < 4) write(core, path, constants.O_WRONLY, data.subarray(0, 60));
  else if (what < 6) write(core, path, constants.O_WRONLY | constants.O_APPEND, data);
  else if (what < 8) {
    core.writeFile(`${path}.tmp`, data);
    core.rename(`${path}.tmp`, path);
  } else if (what < 9) {
    core.unlink(path);
    core.writeFile(path, data);
  } else core.truncate(path, 40);
}

function write(core: Core, path: string, flags: number, data: Uint8Array): void {
  const fd = core.open(path, flags);
  core.write(fd, data, 0, data.length, 10);
  core.close(fd);
}

function pathOf(i: number): string {
  return `/d${i % 10}/file${i}`;
}
