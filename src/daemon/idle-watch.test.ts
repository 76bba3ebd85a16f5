import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { IdleWatch } from './idle-watch.ts';

/** As much of a socket as the watch looks at. */
class Peer extends EventEmitter {
  bytesRead = 0;
  bytesWritten = 0;
  writableLength = 0;
  destroyed = false;
}

const LIMIT = 7_200_000;
let peer: Peer;
let givenUp: number | undefined;
let watch: IdleWatch;
beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  peer = new Peer();
  givenUp = undefined;
  watch = new IdleWatch(peer as unknown as Socket, LIMIT, () => (givenUp ??= Date.now()));
});
afterEach(() => vi.useRealTimers());

it('a peer that died is given up once the limit has passed since its last word, not after twice that', () => {
  watch.start();
  vi.advanceTimersByTime(1000);
  peer.bytesRead += 5;
  vi.advanceTimersByTime(3 * LIMIT);
  expect(givenUp).toBeGreaterThanOrEqual(1000 + LIMIT);
  expect(givenUp).toBeLessThanOrEqual(1000 + LIMIT * 1.06);
});

it('a peer that does something within every limit is never given up', () => {
  watch.start();
  for (let at = 0; at < 20; at++) {
    vi.advanceTimersByTime(LIMIT - 1);
    peer.bytesRead++;
  }
  expect(givenUp).toBeUndefined();
});

it('while nobody waits for the peer, nothing counts against it, and the next wait begins anew', () => {
  const stop = watch.start();
  vi.advanceTimersByTime(LIMIT - 1);
  stop();
  vi.advanceTimersByTime(5 * LIMIT);
  watch.start();
  vi.advanceTimersByTime(LIMIT - 1);
  expect(givenUp).toBeUndefined();
  vi.advanceTimersByTime(2);
  expect(givenUp).toBeDefined();
});
