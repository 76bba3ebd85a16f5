import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toolPath } from './tools.ts';

/** The folder of the one who started us; it is there only in the second process. */
const FOLDER = 'BLACKOUT_OBSERVE_FOLDER';

/**
 * Runs a body in a process of its own, with mounts that nobody else sees: this same command, started once more. When it
 * ends, be it by a signal, the kernel takes the mounts away and with them their loop devices; and it ends with the
 * process that has started it.
 *
 * @param body works in an empty folder, that is removed after it; its exit code is the command's
 */
export async function inPrivateMounts(body: (folder: string) => Promise<number>): Promise<number> {
  const given = process.env[FOLDER];
  if (given !== undefined) return await body(given);
  const folder = mkdtempSync(join(tmpdir(), 'blackout-observe-'));
  try {
    return await again(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** 128 and the number of the signal: what a shell says of a process that was ended by it. */
const ENDED_BY: Readonly<Record<string, number>> = { SIGINT: 130, SIGKILL: 137 };

async function again(folder: string): Promise<number> {
  const args = ['--pdeathsig', 'KILL', 'unshare', '--mount', '--propagation', 'private', process.execPath];
  const child = spawn('setpriv', [...args, ...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
    // A Ctrl-C of the terminal would reach both; this way it reaches us, and we pass it on once.
    detached: true,
    env: { ...process.env, PATH: toolPath(process.env['PATH'] ?? ''), [FOLDER]: folder },
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const pass = (): void => void child.kill('SIGINT');
  for (const signal of signals) process.on(signal, pass);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? ENDED_BY[signal ?? ''] ?? 255));
    });
  } finally {
    for (const signal of signals) process.off(signal, pass);
  }
}
