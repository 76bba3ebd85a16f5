import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemFiles } from '../../src/host/system-files.ts';
import type { Monitor } from '../../src/protocol/monitor-ports.ts';
import { logLines, shelf } from '../../src/server/shelf.ts';
import type { Store } from '../../src/server/store.ts';
import { toVersion } from './client-files.ts';
import { jiggleOn } from './jiggle-on.ts';
import { CLIENT, RealBurp } from './real-burp.ts';
import { titled, whyNoBurp } from './tools.ts';
import { type Wire, wireToJiggle } from './wires.ts';

const reason = whyNoBurp();

describe.skipIf(reason)(titled('the status monitor', reason), () => {
  let place: string;
  beforeEach(async () => {
    place = await realpath(await mkdtemp(join(tmpdir(), 'interop-')));
  });
  afterEach(() => rm(place, { recursive: true, force: true }));

  it('says of a store what that of the real Burp says', async () => {
    const burp = await RealBurp.prepare(place);
    for (const version of [1, 2]) {
      await toVersion(burp.files, version);
      expect((await burp.backUp()).exitCode).toBe(0);
    }
    await burp.restore(1, join(place, 'restored'));
    await burp.verify(2);
    const { store } = await jiggleOn(burp);
    const questions = [
      'c:',
      `c:${CLIENT}`,
      `c:${CLIENT}:b:1`,
      `c:${CLIENT}:b:2:l:verify_stats`,
      `c:${CLIENT}:b:2:l:backup`,
      `c:${CLIENT}:b:1:l:restore`,
      `c:${CLIENT}:b:2:p:${burp.files}`,
      `c:${CLIENT}:b:2:p:/`,
      `c:${CLIENT}:b:1:p:*`,
    ];
    for (const question of questions) {
      const [ours, theirs] = [await ask(store, burp.root, question), await burp.monitor(question)];
      expect(JSON.parse(ours), question).toEqual(JSON.parse(theirs));
    }
  });

  it('answers what it can not in the words of the real Burp, and goes on', async () => {
    const burp = await RealBurp.prepare(place);
    await toVersion(burp.files, 1);
    await burp.backUp();
    const { store } = await jiggleOn(burp);
    const said = async (question: string) => JSON.parse(await ask(store, burp.root, question)) as object;
    expect(await said('c:nobody')).toEqual({ warning: 'Could not find client: nobody' });
    expect(await said(`c:${CLIENT}:b:9`)).toEqual({ warning: 'Backup not found' });
    expect(await said(`c:${CLIENT}:b:x`)).toEqual({ warning: 'Could not get backup number' });
    expect(await said(`c:${CLIENT}:b:1:l:/etc/passwd`)).toEqual({ warning: 'File not supported' });
    expect(await said('j:rm')).toEqual({ warning: 'Unknown command' });
  });
});

/** The answer to one question. */
async function ask(store: Store, root: string, question: string): Promise<string> {
  const client = {
    name: CLIENT,
    labels: [],
    children: [],
    backups: () => shelf(systemFiles, root),
    lines: (backup: string, log: Parameters<typeof logLines>[3]) => logLines(systemFiles, root, backup, log),
    open: (backup: string) => store.open(backup),
  };
  const sees: Monitor = { clients: async () => [client] };
  const wire = wireToJiggle(store, { sees, now: () => 0 });
  await greet(wire);
  // A second, short answer shows where the first one ends.
  wire.say('c:j:pretty-print-off', `c:${question}`, 'c:j:pretty-print-on');
  await wire.due(/^c:.*Pretty print off/);
  await wire.due(/^c:\n$/);
  let answer = '';
  for (;;) {
    const frame = await wire.next();
    const text = frame?.payload.toString('utf8') ?? 'Pretty print on';
    if (text.includes('Pretty print on')) break;
    answer += text;
  }
  await wire.close();
  return answer;
}

async function greet(wire: Wire): Promise<void> {
  wire.say('c:hello:3.1.4', `c:${CLIENT}`, 'c:secret', 'c:nocsr', 'c:extra_comms_begin', 'c:extra_comms_end');
  for (const due of [/^c:whoareyou/, /^c:okpassword/, /^c:ok$/, /^c:nocsr ok/, /^c:extra_comms_begin ok/])
    await wire.due(due);
  await wire.due(/^c:extra_comms_end ok/);
}
