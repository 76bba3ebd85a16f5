import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Frame, FrameParser } from './frame.ts';
import { connectionPair } from './memory-connection.ts';
import type { Server } from './ports.ts';
import { serveConversation } from './serve.ts';
import { linesOf } from './testing/frames.ts';
import { hello, said } from './testing/sayings.ts';
import { World, trusted } from './testing/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.make();
  world.clients.set('tc', {});
});
afterEach(() => world.remove());

const UPGRADE = { script: Buffer.from('#!/bin/sh\n'), package: Buffer.alloc(100_000, 'package') };

/** A client of a version that asks for an upgrade, and lists then. */
async function ask(version: string, upgradeOf: Server['upgradeOf']) {
  const { server, client } = connectionPair(trusted('tc'));
  const serving = serveConversation(
    server,
    { ...world.server(), ...(upgradeOf && { upgradeOf }) },
    world.log,
  );
  const [, ...rest] = hello('tc', 'autoupgrade:win64');
  client.write(said(`c:hello:${version}`, ...rest, 'c:list :'));
  client.close();
  const frames: Frame[] = [];
  const parser = new FrameParser();
  for await (const piece of client.incoming) parser.push(piece, frames);
  return { frames, lines: linesOf(frames), outcome: await serving };
}

/** The files in the frames: what is in `a` frames up to an `x`. */
function filesIn(frames: readonly Frame[]): Buffer[] {
  const files: Buffer[] = [];
  let pieces: Buffer[] = [];
  for (const { letter, payload } of frames) {
    if (letter === 'a') pieces.push(payload);
    if (letter !== 'x') continue;
    files.push(gunzipSync(Buffer.concat(pieces)));
    pieces = [];
  }
  return files;
}

it('a client that is older is sent script and package, and that is all', async () => {
  const asked: string[] = [];
  const { frames, lines, outcome } = await ask('3.1.3', async (system) => {
    asked.push(system);
    return UPGRADE;
  });
  expect(asked).toEqual(['win64']);
  expect(lines.find((line) => line.startsWith('c:extra_comms_begin ok'))).toContain(':autoupgrade:');
  expect(filesIn(frames)).toEqual([UPGRADE.script, UPGRADE.package]);
  expect(lines).not.toContain('c:extra_comms_end ok');
  expect(outcome).toMatchObject({ result: 'done', action: 'autoupgrade', client: 'tc' });
});

it.each(['3.1.4', '3.2.0'])('a client of version %s is not upgraded, and goes on', async (version) => {
  const { lines, outcome } = await ask(version, async () => UPGRADE);
  expect(lines).toContain('c:do not autoupgrade');
  expect(outcome).toMatchObject({ result: 'done', action: 'list :' });
});

it('nor is one for which there is nothing, or where none is offered', async () => {
  for (const upgradeOf of [async () => undefined, undefined]) {
    const { lines, outcome } = await ask('3.1.3', upgradeOf);
    expect(lines).toContain('c:do not autoupgrade');
    expect(outcome).toMatchObject({ result: 'done', action: 'list :' });
    expect(lines.some((line) => line.includes(':autoupgrade:'))).toBe(upgradeOf !== undefined);
  }
});
