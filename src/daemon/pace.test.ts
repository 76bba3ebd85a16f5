import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { IdleWatch } from './idle-watch.ts';
import { PacedWriter } from './paced-writer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** As much of a socket as is looked at. */
class FakeSocket extends EventEmitter {
  written = 0;
  bytesRead = 0;
  bytesWritten = 0;
  writableLength = 0;
  destroyed = false;
  writable = true;
  writableNeedDrain = false;

  write(bytes: Uint8Array): boolean {
    this.written += bytes.length;
    return !this.writableNeedDrain;
  }

  end(): void {
    this.writable = false;
  }
}

function made(): { fake: FakeSocket; socket: Socket } {
  const fake = new FakeSocket();
  return { fake, socket: fake as unknown as Socket };
}

it('a limited writer sends its share each time and no more, in order', async () => {
  const { fake, socket } = made();
  const writer = new PacedWriter(socket, 2000);
  expect(writer.write(Buffer.alloc(150))).toBe(true);
  writer.write(Buffer.alloc(100));
  expect(fake.written).toBe(0);
  await vi.advanceTimersByTimeAsync(50);
  expect(fake.written).toBe(100);
  const ended = writer.end();
  await vi.advanceTimersByTimeAsync(50);
  expect([fake.written, fake.writable]).toEqual([200, true]);
  await vi.advanceTimersByTimeAsync(50);
  await ended;
  expect([fake.written, fake.writable]).toEqual([250, false]);
  expect(vi.getTimerCount()).toBe(0);
});

it('a limited writer asks for patience, and gives notice when there is room', async () => {
  const { socket } = made();
  const writer = new PacedWriter(socket, 1_000_000);
  expect(writer.write(Buffer.alloc(100_000))).toBe(false);
  let hasRoom = false;
  void writer.drained().then(() => (hasRoom = true));
  await vi.advanceTimersByTimeAsync(0);
  expect(hasRoom).toBe(false);
  await vi.advanceTimersByTimeAsync(50);
  expect(hasRoom).toBe(true);
});

it('a writer without a limit hands on at once what it is given, and waits only for the socket', async () => {
  const { fake, socket } = made();
  const writer = new PacedWriter(socket, undefined);
  fake.writableNeedDrain = true;
  expect(writer.write(Buffer.alloc(10))).toBe(false);
  expect(fake.written).toBe(10);
  let hasRoom = false;
  void writer.drained().then(() => (hasRoom = true));
  fake.writableNeedDrain = false;
  fake.emit('drain');
  await vi.advanceTimersByTimeAsync(0);
  expect(hasRoom).toBe(true);
});

it('nobody waits for a socket that is closed', async () => {
  const { fake, socket } = made();
  const writer = new PacedWriter(socket, 1);
  writer.write(Buffer.alloc(100_000));
  const waiting = Promise.all([writer.drained(), writer.end()]);
  fake.destroyed = true;
  fake.emit('close');
  await waiting;
  expect(vi.getTimerCount()).toBe(0);
});

it('a peer is idle when it is waited for and nothing moves in either direction', async () => {
  const { fake, socket } = made();
  const onIdle = vi.fn<() => void>();
  const watch = new IdleWatch(socket, 1000, onIdle);
  await vi.advanceTimersByTimeAsync(5000);
  expect(onIdle).not.toHaveBeenCalled();
  const stop = watch.start();
  await vi.advanceTimersByTimeAsync(900);
  fake.bytesWritten = 1;
  await vi.advanceTimersByTimeAsync(900);
  expect(onIdle).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(200);
  expect(onIdle).toHaveBeenCalledOnce();
  stop();
});

it('a peer is not idle while the server is busy, however often it was waited for before', async () => {
  const { socket } = made();
  const onIdle = vi.fn<() => void>();
  const watch = new IdleWatch(socket, 1000, onIdle);
  for (let round = 0; round < 5; round++) {
    const stops = [watch.start(), watch.start()];
    await vi.advanceTimersByTimeAsync(900);
    for (const stop of stops) stop();
  }
  await vi.advanceTimersByTimeAsync(5000);
  expect(onIdle).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
