import type { Log } from '../ports/log.ts';
import { codeOf, reasonOf } from '../storage/errors.ts';
import { type ByteString, displayBytes } from '../storage/manifest/byte-string.ts';
import { type Action, parseAction } from './action.ts';
import { serveBackup, serveTimerCheck } from './backup.ts';
import type { Conversation } from './conversation.ts';
import type { Connection } from './connection.ts';
import { serveDiff } from './diff.ts';
import { Refusal, StoredUnfinished } from './fault.ts';
import { FrameStream } from './frame-stream.ts';
import { greet } from './handshake.ts';
import { serveBrowse, serveList } from './list.ts';
import { serveMonitor } from './monitor.ts';
import { negotiate } from './negotiation.ts';
import type { Server, Subject } from './ports.ts';
import { serveDelete } from './remove.ts';
import { serveReading } from './restore.ts';
import { toldOf } from './told.ts';
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
/**
 * How much longer a client that we failed may take, in milliseconds. Burp's client reads nothing before it has sent the
 * file that it is at, and if it is cut off in there, it dies of the broken pipe without a word.
 */
const LAST_FILE = 600_000;
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
  private parsed: Action | undefined;
  private isLate = false;
  /** What went wrong on our side, for a client that has to hear of it. */
  private failure: string | undefined;

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
    if (!terms) {
      this.action = 'autoupgrade';
      return;
    }
    if (server.monitor) {
      this.action = 'monitor';
      const { monitor } = server;
      return serveMonitor({ frames, terms, monitor: monitor.sees, log, now: () => monitor.now() });
    }
    this.action = await frames.command('an action');
    const parsed = parseAction(this.action);
    this.parsed = parsed;
    const subject: Subject = terms.failoversLeft > 0 ? { hasFailoversLeft: true } : {};
    const work = async (own: Log): Promise<void> => {
      const store = await server.clients.open(terms.config, own);
      await act(parsed, { connection, frames, server, terms, store, subject, log: own });
    };
    const { clients } = server;
    if (!clients.around) return work(log);
    await clients.around({ config: terms.config, action: parsed, peer: connection.peer, subject, log }, work);
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

  /** Tells the client why it ends, unless it has gone: by itself, or with the promise that its backup is stored. */
  tell(error: unknown): void {
    if (error instanceof StoredUnfinished) return;
    const [letter, text] =
      error instanceof Refusal ? [error.letter, error.message] : ['e' as const, this.forClient(error)];
    if (text === undefined) return;
    this.frames.send(letter, text);
  }

  /** Nothing if the network is the error. What goes on inside the server is no business of strangers. */
  private forClient(error: unknown): ByteString | undefined {
    const text = toldOf(error, this.parsed);
    if (text === undefined) return undefined;
    const isTheirs = codeOf(error) === 'EPROTO';
    if (this.client === undefined && !isTheirs) return 'the server has a problem';
    if (!isTheirs) this.failure = oneLine(error);
    return Buffer.from(oneLine(text)).subarray(0, LONGEST_TEXT).toString('latin1');
  }

  /** Closes the connection. A client that is busy sending is cut off after a while. */
  async part(): Promise<void> {
    const { connection, frames, failure } = this;
    frames.flush();
    const end = connection.end();
    if (await this.comesIn(end, PARTING)) return;
    if (failure !== undefined) {
      this.log.warn(`${failure} (the client has not heard of it yet: it is still sending)`);
      if (await this.comesIn(end, LAST_FILE)) return;
    }
    connection.destroy();
  }

  private async comesIn(event: Promise<void>, milliseconds: number): Promise<boolean> {
    const patience = wait(this.server.timers, milliseconds);
    const comes = await Promise.race([event.then(() => true), patience.over.then(() => false)]);
    patience.cancel();
    return comes;
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
