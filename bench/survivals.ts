import { constants } from 'node:fs';
import { Core } from '../harness/disk/core/core.ts';
import { Image } from '../harness/disk/image/image.ts';
import type { Op } from '../harness/disk/journal.ts';
import { posix } from '../harness/persistence/posix.ts';
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

/** A life of partial writes, appends, replacements, removals and syncs over files in ten directories. */
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
    else step(core, path, choices.choose(4));
  }
  return { boot, ops: core.journal.ops.slice(0, OPS) };
}

function step(core: Core, path: string, what: number): void {
  if (what === 0) core.writeFile(`${path}.tmp`, Buffer.from(`new ${core.journal.length}`));
  else if (what === 1) overwrite(core, path);
  else if (what === 2) core.chmod(path, 0o600 + (core.journal.length % 64));
  else {
    core.rename(path, `${path}.moved`);
    core.rename(`${path}.moved`, path);
  }
}

function overwrite(core: Core, path: string): void {
  const fd = core.open(path, constants.O_WRONLY);
  const data = Buffer.from(`changed ${core.journal.length} `.repeat(12));
  core.write(fd, data, 0, data.length, 10);
  core.close(fd);
}

function pathOf(i: number): string {
  return `/d${i % 10}/file${i}`;
}
