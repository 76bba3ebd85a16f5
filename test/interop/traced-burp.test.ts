import { describe, expect, it } from 'vitest';
import type { Op } from '../../harness/disk/journal.ts';
import { prepare } from '../../harness/explore/main-life.ts';
import { DEFAULTS, Explorer, findModel, type Scenario } from '../../harness/index.ts';
import { burp, burpDelete, burpReported, burpResume, burpUnrecovered } from '../../scenarios/linux/burp.ts';
import { missing } from '../traced/programs.ts';

const WITHOUT = missing('strace', 'burp', 'openssl', 'bash');

interface Found {
  readonly scenario: Scenario;
  readonly model: string;
  /** The op after which the power goes. */
  readonly after: (ops: readonly Op[]) => Op | undefined;
  readonly says: readonly RegExp[];
  /** Of the verdict; corrupt, if nothing is said. */
  readonly outcome?: 'lost';
}

/** The n-th op of a kind on a path that ends so. */
function nth(n: number, kind: Op['kind'], end: string, by: 'path' | 'to' = 'path') {
  return (ops: readonly Op[]): Op | undefined =>
    ops.filter((op) => op.kind === kind && op[by]?.endsWith(end))[n - 1];
}

/** The first rename into a directory of this name. */
function into(name: string) {
  return (ops: readonly Op[]): Op | undefined =>
    ops.find((op) => op.kind === 'rename' && op.to?.includes(`/${name}/`));
}

const CASES: Readonly<Record<string, Found>> = {
  'a changed file in every backup, by a power cut in phase 4': {
    scenario: burp('burp-third'),
    model: 'ext4',
    // The first file is patched, and what it could be patched from again is gone.
    after: nth(2, 'create', '/packed.gz'),
    says: [/^changes.txt of backup 1 is missing/, /^changes.txt of backup 2 is missing/],
  },
  "an older backup's file, which gets another text, if it is killed in phase 4": {
    scenario: burp('burp-third'),
    model: 'process-kill',
    // The second time it gets that name: the first is the delta, as it was received.
    after: nth(2, 'rename', '/packed.gz', 'to'),
    says: [/^packed.gz of backup 1 is another text, and the restore ends with 0/],
  },
  'unchanged files, if it is killed in phase 2 and resumes': {
    scenario: burpResume('burp-resume'),
    model: 'process-kill',
    after: nth(1, 'write', '/changed'),
    says: [/^same.txt of backup 3 is missing, and the restore ends with 0/],
  },
  'changed files, if it is killed in phase 3 and resumes': {
    scenario: burpResume('burp-resume'),
    model: 'process-kill',
    after: nth(1, 'unlink', '/changed'),
    says: [/^changes.txt of backup 3 is missing, and the restore ends with 0/],
  },
  'the previous backup from its list, until it has recovered': {
    scenario: burpUnrecovered('burp-unrecovered'),
    model: 'process-kill',
    // The older of the two goes to the trash whole, before what takes its place is there.
    after: into('deleteme'),
    says: [/^backup 2 is not listed/],
  },
  'a whole backup that the client was told is finished, if it is killed at the end of phase 3': {
    scenario: burpReported('burp-reported'),
    model: 'process-kill',
    // The manifest is complete, and all that led to it is gone.
    after: nth(1, 'unlink', '/counters_n'),
    says: [/^backup 3 is not listed/],
    outcome: 'lost',
  },
  'all later backups, if it is killed in a delete of the only one': {
    scenario: burpDelete('burp-delete'),
    model: 'process-kill',
    after: nth(1, 'rename', ''),
    says: [/^error in backup/],
  },
};

describe.skipIf(WITHOUT)(`real Burp, recorded and cut, loses${WITHOUT ?? ''}`, () => {
  it.each(Object.entries(CASES))(
    '%s',
    { timeout: 600_000 },
    async (_name, { scenario, model, after, says, outcome = 'corrupt' }) => {
      const op = after((await prepare(scenario)).life.ops);
      const at = { from: op!.index, to: op!.index };
      const options = { ...DEFAULTS, tier: 'bounded', depth: 1, at, bail: 1 } as const;
      const { failures } = await new Explorer(scenario, findModel(model)!, options).explore();
      const verdict = failures[0]?.verdict;
      expect(verdict?.outcome).toBe(outcome);
      const messages = verdict!.findings.map(({ message }) => message);
      for (const text of says) expect(messages).toContainEqual(expect.stringMatching(text));
    },
  );
});
