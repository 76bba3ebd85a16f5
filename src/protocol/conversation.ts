import type { Log } from '../ports/log.ts';
import type { Connection } from './connection.ts';
import type { FrameStream } from './frame-stream.ts';
import type { Terms } from './negotiation.ts';
import type { ClientStore, Server, Subject } from './ports.ts';

/** What every conversation has once it is clear whom it is with and whose backups it is about. */
export interface Conversation {
  readonly connection: Connection;
  readonly frames: FrameStream;
  readonly server: Server;
  readonly terms: Terms;
  readonly store: ClientStore;
  readonly subject: Subject;
  readonly log: Log;
}
