import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { describe, expect, inject, it } from 'vitest';
import { prepare } from '../../harness/explore/main-life.ts';
import {
  broken,
  DEFAULTS,
  Explorer,
  findModel,
  type Finding,
  type Findings,
  type RealDisk,
  type Scenario,
  traced,
  type Words,
} from '../../harness/index.ts';
import { missing } from '../traced/programs.ts';

const WITHOUT = missing('strace');

const day = (number: number): Words => [
  'sh',
  '-c',
  // Of equal length: but for its time, which is told in whole seconds, the file would be taken for unchanged.
  `mkdir -p files; seq ${number}00 ${number}99 > files/changes; touch -d @170000000${number} files/changes; echo as ever > files/same`,
];

/** The real command, as it is installed, cut in its second backup. Its next one recovers what was cut short. */
function jiggle(): Scenario {
  const command = (...args: readonly string[]): Words => [process.execPath, inject('jiggle'), ...args];
  const at = ['--store', 'data', '--client', 'c1'];
  const backUp = command('backup', 'files', ...at);
  const check = async ({ dir, acknowledged, ask }: RealDisk): Promise<Findings> => {
    const place = dirname(dir);
    const next = await ask(backUp);
    if (next.code !== 0) return broken('the next backup works', next.errors.trim().slice(0, 200));
    const { output } = await ask(command('list', ...at));
    const listed = [...output.matchAll(/^\D*0*(\d+) /gm)].map(([, number]) => Number(number));
    const findings: Finding[] = [];
    const least = 1 + acknowledged.length + 1;
    if (listed.length < least)
      findings.push(broken('what was finished stays', `of ${least} there are ${listed.join(', ')}`, 'lost'));
    for (const number of listed) {
      rmSync(join(place, 'back'), { recursive: true, force: true });
      const { code } = await ask(command('restore', ...at, '--backup', String(number), '--to', 'back'));
      const path = join(place, 'back', place, 'files/changes');
      const text = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
      if (code !== 0 || !text?.startsWith(number === 1 ? '100\n' : '200\n'))
        findings.push(broken('every backup restores', `backup ${number}: ${code}, ${text?.slice(0, 4)}`));
    }
    return findings;
  };
  return traced({
    name: 'jiggle-second-backup',
    from: import.meta.url,
    setup: [day(1), backUp, day(2)],
    run: ['sh', '-ec', `${backUp.map((word) => `'${word}'`).join(' ')} > said\necho acknowledged: 2`],
    check,
    timeLimit: 60_000,
  });
}

describe.skipIf(WITHOUT)(`real jiggle, recorded as real Burp is${WITHOUT ?? ''}`, () => {
  it('keeps every backup, cut before, at and after its flip', { timeout: 600_000 }, async () => {
    const scenario = jiggle();
    const { ops } = (await prepare(scenario)).life;
    const flip = ops.find(({ kind, to }) => kind === 'rename' && to?.endsWith('/current'))!.index;
    for (const point of [flip - 2, flip, ops.length]) {
      const options = { ...DEFAULTS, tier: 'bounded', depth: 1, at: { from: point, to: point } } as const;
      const { failures, nodes } = await new Explorer(scenario, findModel('posix')!, options).explore();
      expect(failures.map(({ verdict }) => verdict)).toEqual([]);
      expect(nodes.length).toBeGreaterThan(0);
    }
  });
});
