import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { FrameParser, type Frame, formatFrame } from '../../src/protocol/frame.ts';
import { connectionPair } from '../../src/protocol/memory-connection.ts';
import type { ClientConfig, Server } from '../../src/protocol/ports.ts';
import { serveConversation } from '../../src/protocol/serve.ts';
import type { Store } from '../../src/server/store.ts';
import { CLIENT, type RealBurp } from './real-burp.ts';

/** A client's end of a conversation. */
export interface Wire {
  send(bytes: Uint8Array): void;
  /** Frames as text: letter, colon, payload. */
  say(...sayings: readonly string[]): void;
  /** The next frame; undefined once the server has left. */
  next(): Promise<Frame | undefined>;
  /** Skips warnings. Throws if something else comes. */
  due(what: RegExp): Promise<void>;
  close(): Promise<void>;
}

/** To the real server. */
export async function wireTo(burp: RealBurp, port: number): Promise<Wire> {
  const at = (name: string) => readFile(join(burp.place, name));
  const [ca, cert, key] = await Promise.all([at('ca.crt'), at('client.crt'), at('client.key')]);
  const socket = connect({ port, host: '127.0.0.1', ca, cert, key, checkServerIdentity: () => undefined });
  await once(socket, 'secureConnect');
  return wireOver({
    incoming: socket,
    send: (bytes) => void socket.write(bytes),
    end: async () => void socket.end(),
  });
}

/** To a jiggle server on a store. */
export function wireToJiggle(store: Store, monitor?: Server['monitor']): Wire {
  const { server, client } = connectionPair({
    address: '127.0.0.1',
    certificate: { state: 'trusted', commonName: CLIENT },
  });
  const served = serveConversation(
    server,
    { ...serverOn(store), ...(monitor && { monitor }) },
    { info() {}, warn() {} },
  );
  return wireOver({
    incoming: client.incoming,
    send: (bytes) => void client.write(bytes),
    async end() {
      client.close();
      await served;
    },
  });
}

function serverOn(store: Store): Server {
  const yes = { delete: true, diff: true, forceBackup: true, list: true, restore: true, verify: true };
  const config: ClientConfig = {
    name: CLIENT,
    checkPassword: async () => true,
    enabled: true,
    allowsAddress: () => true,
    certificateName: CLIENT,
    warnsOfVersion: true,
    can: { ...yes, monitor: true },
    restoreClients: [],
    superClients: [],
    compression: 9,
    hardQuota: 0,
    softQuota: 0,
    includes: [],
    isDue: async () => false,
  };
  const clients = {
    find: async () => config,
    open: async () => store,
    beginBackup: () => () => undefined,
    isRecovering: () => false,
  };
  const limits = { login: 60_000, patience: 0, entries: 1000, text: 1 << 20 };
  const timers = { start: () => () => undefined };
  return { version: '3.1.4', clients, authority: undefined, timers, limits };
}

interface Ends {
  readonly incoming: AsyncIterable<Uint8Array>;
  send(bytes: Uint8Array): void;
  end(): Promise<void>;
}

function wireOver(ends: Ends): Wire {
  const send = (bytes: Uint8Array): void => ends.send(bytes);
  const pieces = ends.incoming[Symbol.asyncIterator]();
  const parser = new FrameParser();
  const frames: Frame[] = [];
  const next = async (): Promise<Frame | undefined> => {
    while (frames.length === 0) {
      const { done, value } = await pieces.next();
      if (done) return undefined;
      parser.push(value, frames);
    }
    return frames.shift();
  };
  return {
    send,
    say(...sayings) {
      for (const one of sayings) send(formatFrame(one[0]!, Buffer.from(one.slice(2), 'latin1')));
    },
    next,
    async due(what) {
      for (;;) {
        const frame = await next();
        const text = frame ? `${frame.letter}:${frame.payload.toString('latin1')}` : 'the end';
        if (what.test(text)) return;
        if (frame?.letter !== 'w' && frame?.letter !== 'p')
          throw new Error(`${text} came where ${what} was due`);
      }
    },
    async close() {
      const ended = ends.end();
      while (await next());
      await ended;
    },
  };
}
