import { describe, expect, it } from 'vitest';
import { DEFAULTS, Explorer, findModel, type Exploration, type Scenario } from '../../harness/index.ts';
import { takeovers } from '../burp/takeovers.ts';
import { backups } from './catalogue.ts';
import { withoutSyncs } from './testing/without-syncs.ts';
import { overWire } from './wire-catalogue.ts';

/**
 * The process is killed, once, anywhere, and the machine goes on. What the next life finds can be seen and is not
 * durable: when recovery returns, no power cut may take anything of it back. Stories with a client that resumes have too
 * many states for cuts and kills in all their combinations; this is the part of them that cuts alone never show.
 */
async function explore(scenario: Scenario): Promise<Exploration> {
  const options = { ...DEFAULTS, deaths: ['kill'], kills: 1 } as const;
  return await new Explorer(scenario, findModel('posix')!, options).explore();
}

const catalogue = [...backups, ...overWire, ...takeovers];

async function made(name: string): Promise<Scenario> {
  return await catalogue.find((entry) => entry.name === name)!.make({});
}

const DURABLE = 'the result of recovery is durable when it returns';

const FOUND = [
  { what: 'a batch of received files', story: 'backup-incremental', path: /\/jiggle\.json$/ },
  { what: 'patched and linked files', story: 'backup-shuffle', path: /\/data\/t\/b\/changed$/ },
  { what: 'reverse deltas', story: 'backup-shuffle', path: /\/deltas\.reverse\/t\/b\/changed$/ },
  { what: 'what a client includes', story: 'wire-resume', path: /\/incexc$/ },
  { what: 'a manifest that was put together', story: 'taken-over-received', path: /\/log\.gz$/ },
];

describe.each(FOUND)('$what, left by a process that was killed', ({ story, path }) => {
  it('is durable when recovery returns, wherever that was', async () => {
    const { failures, nodes } = await explore(await made(story));
    expect(failures.map(({ verdict }) => verdict)).toEqual([]);
    expect(nodes.length).toBeGreaterThan(20);
  });

  it('is not, where recovery leaves its sync out', async () => {
    const twin = withoutSyncs(await made(story), 'recover', (one) => path.test(one));
    const { failures } = await explore(twin);
    expect(failures[0]?.verdict?.findings[0]?.invariant).toBe(DURABLE);
  });
});
