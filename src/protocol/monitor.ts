import { codeOf, reasonOf } from '../storage/errors.ts';
import type { Log } from '../ports/log.ts';
import { Refusal } from './fault.ts';
import { LONGEST_DATA } from './frame.ts';
import { type FrameStream, textOf, unexpected } from './frame-stream.ts';
import { type Question, backupDocument, clientDocument, overview } from './monitor-document.ts';
import type { Monitor } from './monitor-ports.ts';
import type { Terms } from './negotiation.ts';

const LOGS = new Set('manifest backup restore verify backup_stats restore_stats verify_stats'.split(' '));
/** Entries of one directory, or of a whole backup, are put together in memory: an answer may have so many bytes. */
const LONGEST_ANSWER = 64 << 20;

export interface Monitoring {
  readonly frames: FrameStream;
  readonly terms: Terms;
  readonly monitor: Monitor;
  readonly log: Log;
  /** Milliseconds since 1970. */
  now(): number;
}

/**
 * The status monitor: a line is a question, and a JSON document the answer, until the client leaves. Burp's client with
 * `-a S`, `-a m`, and those who drive it, burp-ui among them, ask like this.
 */
export async function serveMonitor(monitoring: Monitoring): Promise<void> {
  if (!monitoring.terms.can.monitor) throw new Refusal('Monitor is not allowed', 'c');
  const answers = new Answers(monitoring);
  for (;;) {
    const line = await nextLine(monitoring.frames);
    if (line === undefined) return;
    await answers.answer(line);
    await monitoring.frames.drain();
  }
}

/** Undefined once the client has left: that is how it ends. */
async function nextLine(frames: FrameStream): Promise<string | undefined> {
  try {
    const frame = await frames.next('a question');
    if (frame.letter !== 'c') throw unexpected(frame, 'a question');
    return Buffer.from(textOf(frame), 'latin1').toString('utf8');
  } catch (error) {
    if (codeOf(error) === 'ECONNRESET') return undefined;
    throw error;
  }
}

class Answers {
  private readonly monitoring: Monitoring;
  private isPretty = true;
  private isMarked = false;

  constructor(monitoring: Monitoring) {
    this.monitoring = monitoring;
  }

  async answer(line: string): Promise<void> {
    const { command, ...question } = parse(line);
    const result = command === undefined ? undefined : this.obey(command);
    if (this.isMarked) this.say({ 'response-start': line });
    if (result === undefined) await this.look(question);
    else this.say({ warning: result });
    if (this.isMarked) this.say({ 'response-end': line });
  }

  private obey(command: string): string {
    switch (command) {
      case 'pretty-print-on':
      case 'pretty-print-off':
        this.isPretty = command.endsWith('-on');
        return `Pretty print ${this.isPretty ? 'on' : 'off'}`;
      case 'response-markers-on':
      case 'response-markers-off':
        this.isMarked = command.endsWith('-on');
        return `Response markers ${this.isMarked ? 'on' : 'off'}`;
      default:
        return command.startsWith('peer_version=') ? 'Peer version updated' : 'Unknown command';
    }
  }

  private async look(question: Question): Promise<void> {
    try {
      const found = await this.find(question);
      if (typeof found === 'string') this.say({ warning: found });
      else this.send(found);
    } catch (error) {
      // A backup may go while it is looked at, and a disk may fail: the next question may be answered all the same.
      if (codeOf(error) === undefined || codeOf(error) === 'EPROTO') throw error;
      this.monitoring.log.warn(`the status monitor could not read a backup: ${reasonOf(error)}`);
      this.say({ warning: 'Could not read it: the log of the server says why' });
    }
  }

  /** The document, or in Burp's words why there is none. */
  private async find(question: Question): Promise<object | string> {
    const { terms, monitor } = this.monitoring;
    const now = this.monitoring.now();
    const clients = await monitor.clients({ name: terms.config.name, isOther: terms.isOther });
    if (question.client === '') return overview(clients, now);
    const client = clients.find(({ name }) => name === question.client);
    if (!client) return `Could not find client: ${question.client}`;
    if (question.log !== '' && !LOGS.has(question.log)) return 'File not supported';
    if (question.backup === '') return clientDocument(client, now);
    const number = Number.parseInt(question.backup, 10);
    if (!(number > 0)) return 'Could not get backup number';
    const backup = (await client.backups()).find((one) => one.number === number);
    return backup ? backupDocument(client, backup, question, now) : 'Backup not found';
  }

  /** A short message, always in one line. */
  private say(message: object): void {
    this.sendText(JSON.stringify(message));
    if (!this.isPretty) this.sendText('\n');
  }

  private send(document: object): void {
    const text = this.isPretty ? `${JSON.stringify(document, undefined, 4)}\n` : JSON.stringify(document);
    if (text.length > LONGEST_ANSWER)
      return this.say({ warning: 'There is too much of it: browse a directory' });
    this.sendText(text);
    if (!this.isPretty) this.sendText('\n');
  }

  private sendText(text: string): void {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += LONGEST_DATA)
      this.monitoring.frames.send('c', bytes.subarray(at, at + LONGEST_DATA));
  }
}

/** `c:laptop:b:3:l:backup`, `c:laptop:b:3:p:/home`, `j:pretty-print-off`; what comes after `p:` may have colons in it. */
function parse(line: string): Question & { readonly command: string | undefined } {
  const [head = '', ...path] = line.split(/(?:^|:)p:/);
  const found: Record<string, string> = {};
  const words = head.split(':').filter((word) => word !== '');
  for (let at = 0; at < words.length; at++) {
    const key = words[at]!;
    if ('jcbl'.includes(key) && key.length === 1) found[key] = words[++at] ?? '';
  }
  const { j: command, c: client = '', b: backup = '', l: log = '' } = found;
  const browse = path.length === 0 ? undefined : path.join(':p:').replace(/(?<=.)\/+$/, '');
  return { command, client, backup, log, browse };
}
