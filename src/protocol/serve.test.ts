import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Frame, FrameParser } from './frame.ts';
import { connectionPair } from './memory-connection.ts';
import type { Clients, Subject } from './ports.ts';
import { serveConversation } from './serve.ts';
import { linesOf } from './testing/frames.ts';
import { hello, said, stat } from './testing/sayings.ts';
import { World, trusted } from './testing/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.make();
  world.clients.set('tc', {});
});
afterEach(() => world.remove());

/** Timers whose limits are reached only when the test says so. */
function heldTimers() {
  const waiting = new Map<number, () => void>();
  world.timers = {
    start(milliseconds, callback) {
      waiting.set(milliseconds, callback);
      return () => waiting.delete(milliseconds);
    },
  };
  return waiting;
}

/** Lets everything happen that can, and more of it until something has. */
async function settle(hasHappened: () => boolean = () => true): Promise<void> {
  for (let turn = 0; turn < 20 || !hasHappened(); turn++) {
    expect(turn, 'it does not happen').toBeLessThan(100_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('a conversation', () => {
  it('with a stranger who never comes to the point is cut off', async () => {
    const waiting = heldTimers();
    const { server, client } = connectionPair(trusted('tc'));
    const serving = serveConversation(server, world.server(), world.log);
    client.write(said('c:hello:3.1.4'));
    await settle();
    waiting.get(world.limits.login)!();
    expect(await serving).toEqual({
      client: undefined,
      action: undefined,
      result: 'failed',
      reason: 'the client took too long to say who it is',
    });
  });

  it('is not cut off once it is clear with whom it is', async () => {
    const waiting = heldTimers();
    const { server, client } = connectionPair(trusted('tc'));
    const serving = serveConversation(server, world.server(), world.log);
    client.write(said(...hello('tc')));
    await settle();
    expect(waiting.has(world.limits.login)).toBe(false);
    client.write(said('c:list :'));
    client.close();
    expect((await serving).result).toBe('done');
  });

  it.each([
    ['backupphase1timedcheck', false],
    ['backupphase1timed', false],
    ['backupphase1timedcheck', true],
  ])('lets who is around it know what the timer said: %s, due: %s', async (action, isDue) => {
    world.clients.set('tc', { isDue: async () => isDue });
    const subjects: Subject[] = [];
    const server = world.server();
    const around: Clients['around'] = async ({ subject }, work) => {
      subjects.push(subject);
      await work(world.log);
    };
    const ends = connectionPair(trusted('tc'));
    const serving = serveConversation(
      ends.server,
      { ...server, clients: { ...server.clients, around } },
      world.log,
    );
    ends.client.write(said(...hello('tc'), `c:${action}`));
    ends.client.close();
    await serving;
    expect(subjects).toEqual([{ isNotDue: !isDue }]);
  });

  it('lets who is around it know of other servers, and of what was cut short before that is removed', async () => {
    const heard: unknown[] = [];
    const server = world.server();
    const around: Clients['around'] = async ({ subject }, work) => {
      heard.push(subject.hasFailoversLeft);
      const name = '0000001 1970-01-01 00:00:00 +0000';
      const isThere = (): boolean => existsSync(`${world.directory}/tc/${name}`);
      subject.dropping = async (backup) => void heard.push([backup === name, isThere()]);
      await work(world.log);
    };
    const begin = async (...features: readonly string[]): Promise<void> => {
      const ends = connectionPair(trusted('tc'));
      const clients = { ...server.clients, around };
      const serving = serveConversation(ends.server, { ...server, clients }, world.log);
      ends.client.write(
        said(...hello('tc', ...features), 'c:backupphase1', stat(), 'f:/a', 'c:backupphase2'),
      );
      ends.client.close();
      await serving;
    };
    await begin('backup_failovers_left=0');
    await begin('backup_failovers_left=2');
    expect(heard).toEqual([undefined, true, [true, true]]);
  });

  it('that is over does not wait for ever for a client that goes on sending', async () => {
    const waiting = heldTimers();
    const { server, client } = connectionPair(trusted('tc'));
    const serving = serveConversation(server, world.server(), world.log);
    client.write(said(...hello('tc'), 'c:nonsense'));
    await settle();
    const [parting] = [...waiting.keys()];
    waiting.get(parting!)!();
    expect(await serving).toMatchObject({ result: 'refused', reason: 'unknown command', action: 'nonsense' });
  });

  it.each([
    ['and the client hears of it, even late', true],
    ['but not for ever', false],
  ])('that the disk ends waits longer for one who reads nothing while it sends, %s', async (_, isDone) => {
    world.failing = 'incexc';
    const waiting = heldTimers();
    const { server, client } = connectionPair(trusted('tc'));
    const serving = serveConversation(server, world.server(), world.log);
    const includes = ['incexc', 'include = /', 'incexc end'];
    client.write(said(...hello('tc', ...includes), 'c:backupphase1', stat(), 'f:/a'));
    await settle(() => waiting.has(10_000));
    waiting.get(10_000)!();
    await settle(() => waiting.has(600_000));
    expect(world.warnings).toContainEqual(
      expect.stringMatching(/^ENOSPC.*\(the client has not heard of it yet/),
    );
    const frames: Frame[] = [];
    if (isDone) {
      client.write(said(stat(), 'f:/b', 'c:backupphase2'));
      const parser = new FrameParser();
      for await (const piece of client.incoming) parser.push(piece, frames);
      client.close();
    } else waiting.get(600_000)!();
    expect(await serving).toMatchObject({ result: 'failed', reason: expect.stringMatching(/^ENOSPC/) });
    if (isDone) expect(linesOf(frames).at(-1)).toMatch(/^e:the backup could not be stored: .* is full/);
  });

  it.each<[string, string[], string]>([
    ['nonsense', ['c:nonsense'], 'unknown command'],
    ['a delete of old clients', ['c:delete 1'], 'old style delete is not supported on this server'],
    [
      'an action that is no command',
      ['r:backupphase1'],
      'the client sent r:backupphase1, where an action was due',
    ],
  ])('about %s ends with an error', async (_, sayings, reason) => {
    const { frames, outcome } = await world.serve(said(...hello('tc'), ...sayings), trusted('tc'));
    expect(linesOf(frames).at(-1)).toBe(`e:${reason}`);
    expect(outcome.reason).toBe(reason);
  });

  it('tells a stranger nothing of what goes wrong inside', async () => {
    world.clients.set('tc', {
      checkPassword: async () => {
        throw new Error('/etc/burp/clientconfdir/tc: permission denied');
      },
    });
    const { frames, outcome } = await world.serve(said(...hello('tc'), 'c:list :'), trusted('tc'));
    expect(linesOf(frames).at(-1)).toBe('e:the server has a problem');
    expect(outcome).toMatchObject({ result: 'failed', reason: expect.stringContaining('permission denied') });
  });

  it('has only so much to say about settings', async () => {
    world.limits = { ...world.limits, text: 100 };
    const { outcome } = await world.serve(
      said(...hello('tc', 'incexc', 'x'.repeat(101)), 'c:list :'),
      trusted('tc'),
    );
    expect(outcome.reason).toBe('the client sent more than the 100 bytes of settings that are allowed');
  });

  it.each<[string, readonly string[], string]>([
    ['a long name of its system', [`uname=${'W'.repeat(300)}`], '256 bytes of uname'],
    ['a long line', [`regex_icase=${'1'.repeat(5000)}`], '4200 bytes in a line about itself'],
    ['the same again and again', Array.from({ length: 300 }, () => 'msg'), '100 lines about itself'],
    [
      'includes without end',
      ['incexc', ...Array.from({ length: 70_000 }, () => 'include = /')],
      '65536 lines of includes and excludes',
    ],
  ])('has a limit for %s, and hears which', async (_, features, limit) => {
    world.limits = { ...world.limits, text: 1 << 24 };
    const reason = `the client sent more than the ${limit} that are allowed`;
    const { outcome, frames } = await world.serve(
      said(...hello('tc', ...features), 'c:list :'),
      trusted('tc'),
    );
    expect(outcome).toMatchObject({ result: 'failed', reason });
    expect(linesOf(frames).at(-1)).toBe(`e:${reason}`);
  });

  it('makes one line of any reason', async () => {
    const { outcome } = await world.serve(said(...hello('tc'), 'r:a\nb'), trusted('tc'));
    expect(outcome.reason).toBe('the client sent r:a\\x0ab, where an action was due');
  });
});
