import { execPath } from 'node:process';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { run } from './command.ts';
import { tryAll, type Trap } from './trial.ts';

function ends(name: Trap['name'], how: string, limit = 60): Trap {
  return { name, command: [execPath, '-e', how], limit };
}

const FINE = 'process.exit(0)';
const WRONG = 'process.exit(1)';
const UNKNOWN = 'process.exit(2)';
const ENDLESS = 'for (;;);';
const WAITING = 'setInterval(() => {}, 1000)';

async function fateOf(...traps: readonly Trap[]) {
  const { fate, by } = await tryAll(traps, tmpdir());
  return by === undefined ? fate : `${fate} by ${by}`;
}

describe('a mutant', () => {
  it('is caught by the first trap that is not content', async () => {
    expect(await fateOf(ends('tests', WRONG), ends('run', ENDLESS))).toBe('caught by tests');
    expect(await fateOf(ends('tests', FINE), ends('run', WRONG))).toBe('caught by run');
  });

  it('survives where all are content, and where a run has not looked at everything', async () => {
    expect(await fateOf(ends('tests', FINE), ends('run', FINE))).toBe('survived');
    expect(await fateOf(ends('run', UNKNOWN))).toBe('survived');
    expect(await fateOf(ends('tests', UNKNOWN))).toBe('caught by tests');
  });

  it('is not caught by what does not end, and what comes after it is tried', async () => {
    expect(await fateOf(ends('tests', ENDLESS, 0.2))).toBe('timeout');
    expect(await fateOf(ends('tests', ENDLESS, 0.2), ends('run', WRONG))).toBe('caught by run');
  });

  it('that waits for what does not come is late too, and one that only has to wait is not', async () => {
    const [command, place] = [(how: string) => [execPath, '-e', how], tmpdir()];
    expect((await run(command(WAITING), place, 60, 4)).code).toBe(undefined);
    expect((await run(command('setTimeout(() => process.exit(3), 2500)'), place, 0.5, 60)).code).toBe(3);
  });
});
