import { spawn } from 'node:child_process';
import { workOf } from './work.ts';

/** How a command ended: with a code, or not within its time. */
export interface Ended {
  readonly code: number | undefined;
  readonly seconds: number;
  /** The last of what it wrote, for people. */
  readonly tail: string;
}

const TAIL = 4000;
const LOOK_EVERY = 2;
/** Seconds without any work after which it is taken to wait for what does not come. On a busy machine a turn may take a few. */
const IDLE = 90;

/**
 * Runs a command to its end, or ends it and all that it has started: when it has had `limit` seconds of processor time,
 * or when it does nothing any more. Time on the wall says nothing on a machine that others use too.
 */
export async function run(
  command: readonly string[],
  cwd: string,
  limit: number,
  idle = IDLE,
): Promise<Ended> {
  const [program = '', ...args] = command;
  const begun = performance.now();
  const env = { ...process.env, NO_COLOR: '1', CI: '1' };
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let tail = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (tail = (tail + data.toString('utf8')).slice(-TAIL)));
  let isLate = false;
  let work = 0;
  let isStill = 0;
  const look = async (): Promise<void> => {
    const now = await workOf(child.pid!);
    isStill = Math.abs(now - work) < 0.05 ? isStill + LOOK_EVERY : 0;
    work = now;
    if (isLate || (work < limit && isStill < idle)) return;
    isLate = true;
    // Its group: tests and explorations have processes of their own.
    process.kill(-child.pid!, 'SIGKILL');
  };
  const timer = setInterval(() => void look().catch(() => {}), LOOK_EVERY * 1000);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    const seconds = (performance.now() - begun) / 1000;
    return { code: isLate ? undefined : (code ?? -1), seconds, tail };
  } finally {
    clearInterval(timer);
  }
}
