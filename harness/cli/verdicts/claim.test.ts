import { describe, expect, it } from 'vitest';
import { broken, scenario } from '../../programs/scenario.ts';
import { explored } from '../testing/explored.ts';
import { replacing } from '../testing/registry.ts';

function lastLine(stdout: string): string {
  const lines = stdout.trimEnd().split('\n');
  expect(lines.at(-1)).toMatch(/^report: /);
  return lines.at(-2)!;
}

/** Recovery promises what it can read, though nothing of it need be on the disk yet. */
const trusting = scenario({
  name: 'trusting',
  run: async ({ fs }) => await fs.mkdir('/message').then(() => undefined),
  async recover({ fs, acknowledge }) {
    if ((await fs.readdir('/')).includes('message')) acknowledge('message');
  },
  async check({ fs }, acknowledged) {
    if (!acknowledged.includes('message') || (await fs.readdir('/')).includes('message')) return undefined;
    return broken('what was read out is kept', 'it is gone', 'lost');
  },
});

describe('the last line of a run', () => {
  it('states the whole claim', async () => {
    const ran = await explored(replacing('good', true), ['--deaths', 'cut']);
    expect(lastLine(ran.stdout)).toBe(
      'Looked at under posix: every state that any number of power cuts can lead to (closure); no kills, ' +
        'no failing calls, calls only in the order in which they were made; nothing else was left out.',
    );
  });

  it('says what was left out', async () => {
    const ran = await explored(replacing('good', true), [
      '--at',
      '2..3',
      '--deaths',
      'cut,kill',
      '--kills',
      '1',
    ]);
    expect(lastLine(ran.stdout)).toBe(
      'Looked at under posix: a part of the states that any number of power cuts and kills (at most 1 kill between ' +
        'two cuts) can lead to; no failing calls, calls only in the order in which they were made; ' +
        'left out: crash points outside 2 to 3.',
    );
  });
});

describe('--deaths cut,kill', () => {
  it('finds what a recovery promises that reads what a killed process left', async () => {
    const ran = await explored(trusting, ['--deaths', 'cut,kill']);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('ACKNOWLEDGED DATA LOST: what was read out is kept');
    expect(ran.stdout).toContain('the process is killed here, the machine stays up');
  });

  it('is what a run does that nobody told how lives end, where it is affordable', async () => {
    const ran = await explored(trusting);
    expect(ran.code).toBe(1);
    expect(lastLine(ran.stdout)).not.toContain('no kills');
  });

  it('is needed for that: no number of cuts alone leads there', async () => {
    const ran = await explored(trusting, ['--deaths', 'cut']);
    expect(ran.code).toBe(0);
    expect(lastLine(ran.stdout)).toContain('no kills');
  });
});
