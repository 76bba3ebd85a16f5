import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Peer } from './connection.ts';
import { play, same } from './testing/play.ts';
import { linesOf } from './testing/frames.ts';
import { hello, said } from './testing/sayings.ts';
import { readTranscripts } from './testing/transcript.ts';
import { World, trusted } from './testing/world.ts';
import type { Permission } from './ports.ts';

let world: World;
beforeEach(async () => {
  world = await World.make();
});
afterEach(() => world.remove());

/** Clients wait for a lock, which is let go of at the third time. Gives how often they have waited. */
function patientUntil(release: () => Promise<void>): () => number {
  let waits = 0;
  world.timers = {
    start(milliseconds, callback) {
      if (milliseconds <= 500) void (++waits === 3 ? release().then(callback) : queueMicrotask(callback));
      return () => {};
    },
  };
  world.limits = { ...world.limits, patience: 2000 };
  return () => waits;
}

describe('strangers', () => {
  it('with a wrong name or a wrong password hear the same after the same time', async () => {
    const delays: number[] = [];
    world.timers = {
      start(milliseconds, callback) {
        if (milliseconds <= 1000) {
          delays.push(milliseconds);
          queueMicrotask(callback);
        }
        return () => {};
      },
    };
    world.clients.set('tcbad', { checkPassword: async () => false });
    const wrong = await same(world, '15a-wrong-password', 'tcbad');
    const unknown = await same(world, '15b-unknown-client', 'nosuch');
    expect(wrong.said).toEqual(unknown.said);
    expect(delays).toEqual([1000, 1000]);
    for (const { outcome } of [wrong, unknown])
      expect(outcome).toEqual({
        client: undefined,
        action: undefined,
        result: 'refused',
        reason: 'unable to authorise on server',
      });
    expect(world.warnings).toEqual(['wrong password: tcbad', 'no such client: nosuch']);
  });

  it('that are switched off are turned away', async () => {
    world.clients.set('tcoff', { enabled: false });
    await same(world, '15c-client-not-enabled', 'tcoff');
  });

  it('that come from elsewhere are turned away like others, before their password is looked at', async () => {
    const checkPassword = async () => expect.fail('nobody there may try passwords');
    world.clients.set('tcbad', { allowsAddress: (address) => address === '10.0.0.1', checkPassword });
    await same(world, '15a-wrong-password', 'tcbad');
    expect(world.warnings).toEqual(['network_allow does not have 127.0.0.1: tcbad']);
  });

  it.each<[string, Peer['certificate'], string]>([
    ['none', { state: 'none' }, 'tcz2: it showed no certificate'],
    [
      'one that somebody else signed',
      { state: 'refused', reason: 'self-signed certificate' },
      'tcz2: its certificate does not pass: self-signed certificate',
    ],
    [
      "another client's",
      { state: 'trusted', commonName: 'tcz' },
      'tcz2: its certificate is that of "tcz", not of "tcz2"',
    ],
  ])('with a certificate like %s are turned away', async (_, certificate, warning) => {
    world.clients.set('tcz2', {});
    const [transcript] = readTranscripts('15d-cert-cn-mismatch');
    const { frames, outcome } = await world.serve(transcript!.client, { address: '127.0.0.1', certificate });
    expect(linesOf(frames)).toEqual(linesOf(transcript!.server));
    expect(outcome.reason).toBe('check cert failed on server');
    expect(world.warnings).toEqual([warning]);
  });

  it('may have a certificate in any case', async () => {
    world.clients.set('tc', {});
    const [transcript] = readTranscripts('02-list-no-backups');
    const { outcome } = await world.serve(transcript!.client, trusted('TC'));
    expect(outcome.result).toBe('done');
  });

  it('may go when they do not like the server', async () => {
    world.clients.set('tcz', {});
    const { outcome } = await same(world, '15e-client-rejects-server-cn', 'tcz');
    expect(outcome).toMatchObject({
      client: 'tcz',
      result: 'failed',
      reason: 'the client closed the connection, where "extra_comms_begin" was due',
    });
  });
});

describe('a client without a certificate', () => {
  const issued = Buffer.from('-----BEGIN CERTIFICATE-----\nthe new one\n');
  const authority = Buffer.from('-----BEGIN CERTIFICATE-----\nthe authority\n');

  it('gets one signed, and connects again', async () => {
    const requests: string[] = [];
    world.clients.set('tc', {});
    world.authority = {
      serverName: 'burpserver',
      certificate: authority,
      whyNot: async () => undefined,
      async sign(client, request) {
        requests.push(`${client} ${Buffer.from(request).toString()}`);
        return issued;
      },
    };
    const [first, second] = readTranscripts('01-csr-first-contact-then-list-empty');
    const { frames, outcome } = await world.serve(first!.client, {
      address: '127.0.0.1',
      certificate: { state: 'none' },
    });
    expect(outcome.result).toBe('done');
    expect(requests).toEqual([expect.stringMatching(/^tc -----BEGIN CERTIFICATE REQUEST-----/)]);
    // The recorded certificates were others, so only what comes before them can be the same.
    const before = linesOf(first!.server).findIndex((line) => line.startsWith('#:'));
    expect(linesOf(frames).slice(0, before)).toEqual(linesOf(first!.server).slice(0, before));
    const sent = frames.slice(before);
    expect(sent.map(({ letter }) => letter).join('')).toBe('axax');
    expect([sent[0], sent[2]].map((frame) => gunzipSync(frame!.payload).toString())).toEqual([
      issued.toString(),
      authority.toString(),
    ]);
    expect((await world.serve(second!.client, trusted('tc'))).outcome.result).toBe('done');
  });

  it('is refused where a certificate was given out before, or no authority is set up', async () => {
    world.clients.set('tcl', {});
    const [transcript] = readTranscripts('15f-csr-refused-exists');
    const recorded = linesOf(transcript!.server);
    const peer: Peer = { address: '127.0.0.1', certificate: { state: 'none' } };
    world.authority = {
      serverName: 'burpserver',
      certificate: authority,
      whyNot: async () => recorded.at(-1)!.slice('e:'.length),
      sign: async () => expect.fail('nothing may be signed'),
    };
    expect(linesOf((await world.serve(transcript!.client, peer)).frames)).toEqual(recorded);
    world.authority = undefined;
    const { outcome } = await world.serve(transcript!.client, peer);
    expect(outcome.reason).toBe('server not configured to sign client certificates');
  });

  it('has a request that is no longer than requests are', async () => {
    world.clients.set('tc', {});
    world.authority = {
      serverName: 'burpserver',
      certificate: authority,
      whyNot: async () => undefined,
      sign: async () => expect.fail('nothing may be signed'),
    };
    const [first] = readTranscripts('01-csr-first-contact-then-list-empty');
    const upTo = first!.client.indexOf(0x1f) - 'a0000'.length;
    const endless = Buffer.concat([
      first!.client.subarray(0, upTo),
      ...Array<Buffer>(10).fill(Buffer.from(`a3E80${'x'.repeat(16_000)}`)),
    ]);
    const { outcome } = await world.serve(endless, { address: '127.0.0.1', certificate: { state: 'none' } });
    expect(outcome).toMatchObject({ result: 'failed', reason: expect.stringContaining('is longer than') });
  });
});

describe('a client that may not', () => {
  it.each<[string, Permission]>([
    ['16-not-allowed-delete', 'delete'],
    ['16-not-allowed-diff', 'diff'],
    ['16-not-allowed-force_backup', 'forceBackup'],
    ['16-not-allowed-list', 'list'],
    ['16-not-allowed-restore', 'restore'],
    ['16-not-allowed-verify', 'verify'],
  ])('%s hears that it may not', async (name, permission) => {
    const can = {
      delete: true,
      diff: true,
      forceBackup: true,
      list: true,
      restore: true,
      verify: true,
      monitor: true,
    };
    world.clients.set('tcz', { can: { ...can, [permission]: false } });
    const { outcome } = await same(world, name, 'tcz');
    expect(outcome.result).toBe('refused');
  });

  it('act for another client hears so, and one that may can list, but not back up', async () => {
    const another = ['22d-orig-client-refused', '22g-orig-client-unknown'] as const;
    world.clients.set('tcr', {});
    world.clients.set('tcv', {});
    for (const name of another) await same(world, name, 'tcr');
    world.clients.set('tcv', { restoreClients: ['tcr'] });
    const { said } = await play(world, '22e-orig-client-ok', 'tcr');
    expect(said.slice(-2)).toEqual(['c:ok', 'p:no backups']);
    await same(world, '22f-orig-client-backup-refused', 'tcr');
  });

  it('do something itself may do it for another only as a super client', async () => {
    const can = {
      delete: true,
      diff: true,
      forceBackup: true,
      list: true,
      restore: true,
      verify: true,
      monitor: true,
    };
    world.clients.set('tcr', {});
    world.clients.set('tcv', { can: { ...can, list: false }, restoreClients: ['tcr'] });
    const asRestorer = await play(world, '22e-orig-client-ok', 'tcr');
    expect(asRestorer.said.at(-1)).toBe('c:Client list is not allowed');
    world.clients.set('tcv', { can: { ...can, list: false }, superClients: ['tcr'] });
    const asSuper = await play(world, '22e-orig-client-ok', 'tcr');
    expect(asSuper.said.slice(-2)).toEqual(['c:ok', 'p:no backups']);
  });
});

describe('a client whose backups are being changed', () => {
  it('hears whether that is a backup, or the end of one', async () => {
    world.clients.set('tcz', { settings: { compression: 0 } });
    await same(world, '12a-compression0-full', 'tcz');
    const release = await world.lock('tcz');
    await same(world, '14a-lock-held', 'tcz');
    await world.pretendFinishing('tcz');
    await same(world, '14b-lock-held-and-finishing', 'tcz');
    await release();
  });

  it("by a program of Burp's that was left running hears the same, and the log who it is", async () => {
    world.clients.set('tcz', { settings: { compression: 0 } });
    await same(world, '12a-compression0-full', 'tcz');
    const lock = `${world.directory}/tcz/lockfile`;
    world.lockedByBurp.add(lock);
    await same(world, '14a-lock-held', 'tcz');
    const { frames } = await world.serve(said(...hello('tcz'), 'c:Delete 1'), trusted('tcz'));
    expect(linesOf(frames).at(-1)).toBe('e:another instance is already running');
    const warning = `a program of Burp's is at work on client tcz: it holds ${lock}`;
    expect(world.warnings).toEqual([warning, warning]);
    world.lockedByBurp.clear();
    await same(world, '12b-compression0-incremental-delta', 'tcz');
  });

  it('waits for the end of one, if there is a time for that', async () => {
    world.clients.set('tcz', { settings: { compression: 0 } });
    await same(world, '12a-compression0-full', 'tcz');
    const release = await world.lock('tcz');
    const waits = patientUntil(release);
    await same(world, '12b-compression0-incremental-delta', 'tcz');
    expect(waits()).toBe(3);
  });

  it.each([
    ['a recovery, and waits for its end', true, 3],
    ['somebody else, and is turned away as soon as that is sure', false, 1],
  ])('hears whether an unfinished backup is in the hands of %s', async (_whose, isRecovering, wanted) => {
    world.clients.set('tcz', { settings: { compression: 0 } });
    await same(world, '12a-compression0-full', 'tcz');
    const release = await world.lock('tcz');
    const root = join(world.directory, 'tcz');
    await symlink('0000009 2026-11-23 03:24:47 +0000', join(root, 'working'));
    world.isRecovering = isRecovering;
    const waits = patientUntil(release);
    const name = isRecovering ? '12b-compression0-incremental-delta' : '14a-lock-held';
    await same(world, name, 'tcz');
    expect(waits()).toBe(wanted);
    if (!isRecovering) await release();
  });
});
