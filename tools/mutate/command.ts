import { spawn } from 'node:child_process';

/** How a command ended: with a code, or not within its time. */
export interface Ended {
  readonly code: number | undefined;
  readonly seconds: number;
  /** The last of what it wrote, for people. */
  readonly tail: string;
}

const TAIL = 4000;

/** Runs a command to its end, or ends it and all that it has started when its time is over. */
export async function run(command: readonly string[], cwd: string, limit: number): Promise<Ended> {
  const [program = '', ...args] = command;
  const begun = performance.now();
  const env = { ...process.env, NO_COLOR: '1', CI: '1' };
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let tail = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (tail = (tail + data.toString('utf8')).slice(-TAIL)));
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    // Its group: tests and explorations have processes of their own.
    process.kill(-child.pid!, 'SIGKILL');
  }, limit * 1000);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    const seconds = (performance.now() - begun) / 1000;
    return { code: isLate ? undefined : (code ?? -1), seconds, tail };
  } finally {
    clearTimeout(timer);
  }
}
