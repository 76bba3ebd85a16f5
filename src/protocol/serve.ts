import type { Log } from '../ports/log.ts';
import { reasonOf, codeOf } from '../storage/errors.ts';
import { type ByteString, displayBytes } from '../storage/manifest/byte-string.ts';
import { type Action, parseAction } from './action.ts';
import { serveBackup, serveTimerCheck } from './backup.ts';
import type { Conversation } from './conversation.ts';
import type { Connection } from './connection.ts';
import { serveDiff } from './diff.ts';
import { Refusal } from './fault.ts';
import { FrameStream } from './frame-stream.ts';
import { greet } from './handshake.ts';
import { serveBrowse, serveList } from './list.ts';
import { negotiate } from './negotiation.ts';
import type { Server, Subject } from './ports.ts';
import { serveDelete } from './remove.ts';
import { serveReading } from './restore.ts';
import { wait } from './wait.ts';

/** How a conversation ended: one line of the server's log. */
export interface Outcome {
  /** Who it was, once that is proved. */
  readonly client: string | undefined;
  /** The client's command in Burp's words, once it was said. */
  readonly action: string | undefined;
  readonly result: 'done' | 'refused' | 'failed';
  /** One line; undefined if all went well. */
  readonly reason: string | undefined;
}

/** How long a peer may take to read the last words, in milliseconds. */
const PARTING = 10_000;
/** Bytes of an error text. */
const LONGEST_TEXT = 500;

/**
 * Leads one conversation from the first byte to the end of the connection, which is closed when this settles. Never
 * rejects: whatever a peer sends, or the disk refuses, is the outcome.
 */
export async function serveConversation(connection: Connection, server: Server, log: Log): Promise<Outcome> {
  const serving = new Serving(connection, server, log);
  try {
    await serving.run();
    return serving.outcome('done', undefined);
  } catch (error) {
    serving.tell(error);
    return serving.outcome(error instanceof Refusal ? 'refused' : 'failed', oneLine(error));
  } finally {
    await serving.part();
  }
}

class Serving {
  private readonly connection: Connection;
  private readonly frames: FrameStream;
  private readonly server: Server;
  private readonly log: Log;
  private client: string | undefined;
  private action: ByteString | undefined;
  private isLate = false;

  constructor(connection: Connection, server: Server, log: Log) {
    this.connection = connection;
    this.frames = new FrameStream(connection);
    this.server = server;
    this.log = log;
  }

  async run(): Promise<void> {
    const { connection, frames, server, log } = this;
    const client = await this.inTime(greet(frames, connection.peer, server, log));
    if (!client) return;
    this.client = client.config.name;
    const terms = await negotiate(frames, client, server, log);
    this.action = await frames.command('an action');
    const action = parseAction(this.action);
    const subject: Subject = {};
    const work = async (own: Log): Promise<void> => {
      const store = await server.clients.open(terms.config, own);
      await act(action, { connection, frames, server, terms, store, subject, log: own });
    };
    const { clients } = server;
    if (!clients.around) return work(log);
    await clients.around({ config: terms.config, action, peer: connection.peer, subject, log }, work);
  }

  /** Strangers may not hold a connection for long, however busy they look. */
  private async inTime<T>(greeting: Promise<T>): Promise<T> {
    const limit = this.server.timers.start(this.server.limits.login, () => {
      this.isLate = true;
      this.connection.destroy();
    });
    try {
      return await greeting;
    } catch (error) {
      if (this.isLate) throw new Error('the client took too long to say who it is', { cause: error });
      throw error;
    } finally {
      limit();
    }
  }

  /** Tells the client why it ends, unless it is the one that has gone. */
  tell(error: unknown): void {
    const [letter, text] =
      error instanceof Refusal ? [error.letter, error.message] : ['e' as const, this.forClient(error)];
    if (text === undefined) return;
    this.frames.send(letter, text);
  }

  /** Nothing if the network is the error. What goes on inside the server is no business of strangers. */
  private forClient(error: unknown): ByteString | undefined {
    const code = codeOf(error) ?? '';
    if (['ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(code)) return undefined;
    if (this.client === undefined && code !== 'EPROTO') return 'the server has a problem';
    return Buffer.from(oneLine(error)).subarray(0, LONGEST_TEXT).toString('latin1');
  }

  /** Closes the connection. A client that is busy sending is cut off after a while. */
  async part(): Promise<void> {
    const { connection, server } = this;
    this.frames.flush();
    const patience = wait(server.timers, PARTING);
    const cut = patience.over.then(() => connection.destroy());
    await Promise.race([connection.end(), cut]);
    patience.cancel();
  }

  outcome(result: Outcome['result'], reason: string | undefined): Outcome {
    const action = this.action === undefined ? undefined : displayBytes(this.action);
    return { client: this.client, action, result, reason };
  }
}

async function act(action: Action, conversation: Conversation): Promise<void> {
  switch (action.kind) {
    case 'backup':
      return serveBackup(conversation, action.when);
    case 'timer check':
      return serveTimerCheck(conversation);
    case 'list':
      return serveList(conversation, action);
    case 'browse':
      return serveBrowse(conversation, action);
    case 'diff':
      return serveDiff(conversation, action);
    case 'restore':
    case 'verify':
      return serveReading(conversation, action);
    case 'delete':
      return serveDelete(conversation, action.backup);
    case 'old delete':
      throw new Refusal('old style delete is not supported on this server');
    case 'unknown':
      throw new Refusal('unknown command');
  }
}

function oneLine(error: unknown): string {
  return reasonOf(error)
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim();
}
