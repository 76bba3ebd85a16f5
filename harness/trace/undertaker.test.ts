import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { missing } from '../../test/traced/programs.ts';
import { startUndertaker } from './undertaker.ts';

const WITHOUT = missing('strace', 'setsid');

/** A group of processes that would stay for a minute, and says so when all of it has begun. */
async function begun(words: readonly string[]): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn(words[0]!, words.slice(1), { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  return child as ChildProcess & { readonly pid: number };
}

const SLEEPS = ['sh', '-c', 'sleep 60 & echo begun; wait'];
/** It leaves its group, and is ended all the same; its output ends with it. */
const LEAVES = ['strace', '-f', '-o', '/dev/null', 'setsid', 'sh', '-c', 'echo begun; exec sleep 60'];

describe('what a tester leaves behind', () => {
  it('is ended when it is gone, but for what had ended before', async () => {
    const undertaker = startUndertaker();
    const [left, ended] = await Promise.all([begun(SLEEPS), begun(SLEEPS)]);
    undertaker.stdin!.end(`+ ${left.pid}\n+ ${ended.pid}\n- ${ended.pid}\n`);
    await Promise.all([once(left, 'exit'), once(undertaker, 'exit')]);
    expect(left.signalCode).toBe('SIGKILL');
    expect([ended.exitCode, ended.signalCode]).toEqual([null, null]);
    process.kill(-ended.pid, 'SIGKILL');
  });

  it.skipIf(WITHOUT)(
    `is ended where it has left its group under the recorder, too${WITHOUT ?? ''}`,
    async () => {
      const undertaker = startUndertaker();
      const recorder = await begun(LEAVES);
      undertaker.stdin!.end(`+ ${recorder.pid}\n`);
      // Not its exit: its output is held open by what it has started.
      await once(recorder, 'close');
      expect(recorder.signalCode).toBe('SIGKILL');
    },
  );
});
