import * as nodeFs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClientFile } from '../config/client-config.ts';
import type { Scripts } from '../config/scripts.ts';
import type { Log } from '../ports/log.ts';
import { type Action, parseAction } from '../protocol/action.ts';
import { Refusal } from '../protocol/fault.ts';
import type { Subject } from '../protocol/ports.ts';
import { withScripts } from './around.ts';
import { runScript } from './script.ts';

let place: string;
let said: string[];
const log: Log = {
  info: (text) => void said.push(text.replaceAll(place, '')),
  warn: (text) => void said.push(`WARNING: ${text.replaceAll(place, '')}`),
};
beforeEach(async () => {
  said = [];
  place = await nodeFs.mkdtemp(join(tmpdir(), 'jiggle-scripts-'));
});
afterEach(() => nodeFs.rm(place, { recursive: true, force: true }));

/** A script that notes its arguments, each in brackets, and then does this. */
async function script(name: string, then = ''): Promise<string> {
  const path = join(place, name);
  const note = `printf '${name}' >> ${place}/ran; printf ' [%s]' "$@" >> ${place}/ran; echo >> ${place}/ran`;
  await nodeFs.writeFile(path, `#!/bin/sh\n${note}\n${then}\n`, { mode: 0o700 });
  return path;
}

async function ran(): Promise<string[]> {
  const text = await nodeFs.readFile(join(place, 'ran'), 'utf8').catch(() => '');
  return text.split('\n').slice(0, -1);
}

async function all(more: { [K in keyof Scripts]?: Partial<Scripts[K]> } = {}): Promise<Scripts> {
  const only = { warningsOnly: false, changesOnly: false };
  return {
    before: { path: await script('before'), args: ['a b', '$(c)'], isNotified: false, ...more.before },
    success: { path: await script('success'), args: ['user'], ...only, ...more.success },
    failure: {
      path: await script('failure'),
      args: [],
      ...only,
      withFailoversLeft: true,
      ofDropped: false,
      ...more.failure,
    },
    after: {
      path: await script('after'),
      args: ['last'],
      runsOnFailure: false,
      isNotified: false,
      ...more.after,
    },
  };
}

interface Doing {
  readonly scripts: Scripts;
  readonly action?: Action;
  readonly subject?: Subject;
}

async function act(
  { scripts, action, subject }: Doing,
  work: (log: Log) => void = () => {},
): Promise<string[]> {
  const client = { name: 'laptop', directory: '/store', scripts } as ClientFile;
  const peer = { address: '10.0.0.1', commonName: 'laptop' };
  const happening = { client, action: action ?? parseAction('backupphase1'), peer, log };
  await withScripts(happening, subject ?? {}, async (own) => work(own));
  return ran();
}

const refuses = (text: string, letter?: 'c' | 'w') => () => {
  throw new Refusal(text, letter);
};

describe('around what a client asks for', () => {
  it('scripts get what Burp gives them, in the same order, and no shell looks at it', async () => {
    const scripts = await all();
    expect(await act({ scripts }, (own) => own.warn('changed'))).toEqual([
      'before [pre] [backup] [laptop] [0] [0] [a b] [$(c)]',
      'success [laptop] [/store/laptop] [/store/laptop/current] [log] [backup] [1] [user]',
      'after [post] [backup] [laptop] [0] [0] [last]',
    ]);
  });

  it('a restore is told of with the backup, and a list with no notification', async () => {
    const scripts = await all();
    const subject = { backup: '0000002 2026-11-25 07:20:52 +0000' };
    await act({ scripts, subject, action: parseAction('restore 2:') });
    await act({ scripts, action: parseAction('list :') });
    expect((await ran()).filter((line) => !line.startsWith('before'))).toEqual([
      'success [laptop] [/store/laptop] [/store/laptop/0000002 2026-11-25 07:20:52 +0000] [restorelog] [restore] [0] [user]',
      'after [post] [restore] [laptop] [0] [0] [last]',
      'after [post] [list] [laptop] [0] [0] [last]',
    ]);
  });

  it('one that fails before forbids the work, and the client is told in the words of Burp', async () => {
    const before = { path: await script('no', 'echo not now; echo sorry >&2; exit 3') };
    const scripts = await all({ before, after: { runsOnFailure: true } });
    let isDone = false;
    await expect(act({ scripts }, () => void (isDone = true))).rejects.toThrow(
      new Refusal(`server pre script ${before.path} returned an error`),
    );
    expect(isDone).toBe(false);
    expect(await ran()).toEqual([
      expect.stringMatching(/^no /),
      'after [post] [backup] [laptop] [1] [0] [last]',
    ]);
    expect(said.slice(0, 3).sort()).toEqual([
      '/no: not now',
      'WARNING: /no ended with 3',
      'WARNING: /no: sorry',
    ]);
  });

  it('one that is not there before forbids the work too, and after it is a warning', async () => {
    const missing = { path: '/nowhere/script' };
    await expect(act({ scripts: await all({ before: missing }) })).rejects.toThrow(Refusal);
    await act({ scripts: await all({ success: missing, after: missing }) });
    expect(said.filter((line) => line.includes('could not be run'))).toHaveLength(3);
  });

  it('a failure is notified, but not what was only refused; after it only what is to run then', async () => {
    const scripts = await all();
    const failing = () => {
      throw new Error('the disk is full');
    };
    await expect(act({ scripts }, failing)).rejects.toThrow('the disk is full');
    await expect(act({ scripts }, refuses('Hard quota exceeded', 'w'))).rejects.toThrow(Refusal);
    await expect(act({ scripts }, refuses('not allowed', 'c'))).rejects.toThrow(Refusal);
    const told = 'failure [laptop] [/store/laptop] [/store/laptop/current] [log] [backup] [0]';
    expect((await ran()).filter((line) => !line.startsWith('before'))).toEqual([told, told]);
  });

  it('a timed backup that is not due is no failure, and said by the last argument', async () => {
    const scripts = await all();
    const action = parseAction('backupphase1timed');
    const subject = { isNotDue: true };
    const refused = act({ scripts, action, subject }, refuses('timer conditions not met', 'c'));
    await expect(refused).rejects.toThrow(Refusal);
    expect(await ran()).toEqual([
      expect.stringMatching(/^before \[pre\] \[backup_timed\]/),
      'after [post] [backup_timed] [laptop] [0] [1] [last]',
    ]);
  });

  it('one around the work that fails is notified with what it said, if that is wanted', async () => {
    const failing = { path: await script('no', 'echo not now; printf "a\\0b"; exit 3') };
    const failure = { args: ['user'] };
    const quiet = await all({ before: failing, after: failing, failure });
    await expect(act({ scripts: quiet })).rejects.toThrow(Refusal);
    expect((await ran()).some((line) => line.startsWith('failure'))).toBe(false);
    const before = { ...failing, isNotified: true };
    await expect(act({ scripts: await all({ before, failure }) })).rejects.toThrow(Refusal);
    await act({ scripts: await all({ after: before, failure }), action: parseAction('list :') });
    const told = ['failure [laptop] [] [not now', 'ab', '] [] [] [] [user]'];
    expect((await ran()).filter((line) => !/^(?:no|before|success) /.test(line))).toEqual([...told, ...told]);
  });

  it('failures are left to the last server that the client tries, if that is wanted', async () => {
    const failing = () => {
      throw new Error('the disk is full');
    };
    const subject = { hasFailoversLeft: true };
    const left = await all({ failure: { withFailoversLeft: false } });
    await expect(act({ scripts: left, subject }, failing)).rejects.toThrow('full');
    expect((await ran()).some((line) => line.startsWith('failure'))).toBe(false);
    await expect(act({ scripts: await all(), subject }, failing)).rejects.toThrow('full');
    await expect(act({ scripts: left }, failing)).rejects.toThrow('full');
    expect((await ran()).filter((line) => line.startsWith('failure'))).toHaveLength(2);
  });

  it('a backup that was cut short and is removed is a failure only if that is wanted', async () => {
    const quiet: Subject = {};
    await act({ scripts: await all(), subject: quiet });
    expect(quiet.dropping).toBeUndefined();
    const subject: Subject = {};
    await act({ scripts: await all({ failure: { ofDropped: true } }), subject });
    await subject.dropping!('0000003 x');
    expect((await ran()).at(-1)).toBe(
      'failure [laptop] [/store/laptop] [/store/laptop/0000003 x] [log] [backup] [0]',
    );
  });

  it('notifications can be had only with warnings, or only of changes', async () => {
    const warned = await all({ success: { warningsOnly: true } });
    const changed = await all({ success: { changesOnly: true } });
    await act({ scripts: warned });
    await act({ scripts: changed, subject: { hasChanges: false } });
    expect((await ran()).some((line) => line.startsWith('success'))).toBe(false);
    await act({ scripts: warned }, (own) => own.warn('something'));
    await act({ scripts: changed, subject: { hasChanges: true } });
    expect((await ran()).filter((line) => line.startsWith('success'))).toHaveLength(2);
  });
});

it('a script that does not end is killed, and nobody waits for what it has started', async () => {
  const path = await script('slow', 'sleep 5 &\nexec sleep 1000');
  expect(await runScript({ path, args: [], env: {} }, log, 300)).toBeUndefined();
  expect(said).toEqual([expect.stringMatching(/^WARNING: \/slow was ended by SIGKILL/)]);
});

it('a script that says too much is cut short in the log, and goes on', async () => {
  const path = await script('loud', 'yes | head -c 1000000');
  expect(await runScript({ path, args: [], env: {} }, log)).toBe(0);
  expect(said.length).toBeLessThan(33_000);
});
