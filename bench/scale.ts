import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { DEFAULTS, Explorer, findModel } from '../harness/index.ts';
import { stories } from './large-stories.ts';
import { rate } from './measure.ts';

/** As `blackout run` has them. */
const OPTIONS = { ...DEFAULTS, bail: 100, after: 1000, openMax: 20_000, evenly: true, recheck: 61 };

/** Seconds of the processor that a story may take. */
const BUDGET = 20;

/**
 * What large stories cost, each in a process of its own: seconds of the processor, which others on the machine change
 * little; states; and peak memory. The last line is what states take that have been recovered, once all else is gone.
 */
export function scale(): void {
  console.log(`large stories, ${BUDGET} s of the processor each at most`);
  const names = Object.keys(stories).filter((name) => name !== 'names');
  for (const name of names) for (const model of ['ext4', 'posix']) inChild(name, model);
  inChild('names', 'posix');
}

function inChild(...args: readonly string[]): void {
  const program = fileURLToPath(import.meta.url);
  execFileSync(process.execPath, ['--expose-gc', program, ...args], { stdio: 'inherit' });
}

async function measure(name: string, model: string): Promise<void> {
  const story = stories[name]!();
  const before = heap();
  const started = seconds();
  let asked = 0;
  let late = false;
  const expired = (): 'time' | undefined => {
    // Asking costs more than a state does.
    if (asked++ % 16 === 0) late = seconds() - started > BUDGET;
    return late ? 'time' : undefined;
  };
  const found = await new Explorer(story, findModel(model)!, { ...OPTIONS, expired }).explore();
  const took = seconds() - started;
  const { verified, mainOps } = found.counts;
  const reached = Math.max(...found.graph.visits(undefined).map(({ at }) => at));
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  if (name === 'names') {
    const each = (heap() - before) / verified;
    console.log(
      `  a million states, recovered: ${Math.round(each)} MB (of ${rate(verified)}; peak ${peak} MB)`,
    );
    return;
  }
  const end =
    found.failures.length > 0 ? `found at op ${found.failures[0]!.at}` : (found.stopped ?? 'closed');
  console.log(
    `  ${name}, ${model}: ${end}, ${took.toFixed(1)} s, ${rate(verified)} states recovered, ` +
      `${reached} of ${mainOps} ops, ${peak} MB`,
  );
}

function seconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function heap(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
}

const [name, model] = process.argv.slice(2);
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (name !== undefined && model !== undefined) await measure(name, model);
  else scale();
}
