import { gunzipSync, gzipSync } from 'node:zlib';
import { type Frame, formatFrame } from '../../src/protocol/frame.ts';
import { type Attributes, NO_ATTRIBUTES, formatAttributes } from '../../src/storage/manifest/attributes.ts';
import { md5Of } from '../../src/storage/codec/digest.ts';
import type { Wire } from './wires.ts';

/** What a Windows machine has: by letter and path, as `f:C:/Users`. */
export type Machine = Readonly<Record<string, Thing>>;

export interface Thing {
  readonly data?: string;
  /** Sent packed. */
  readonly packed?: boolean;
  readonly attributes?: Partial<Attributes>;
}

/** Burp's Windows client, as far as its frames go. Each method is one connection. */
export class WindowsClient {
  private readonly connect: () => Promise<Wire>;

  constructor(connect: () => Promise<Wire>) {
    this.connect = connect;
  }

  /** Gives what the server warned of. */
  backUp(machine: Machine): Promise<string[]> {
    return this.talk('backupphase1', async (wire) => {
      await wire.due(/^c:ok:/);
      for (const [name, thing] of Object.entries(machine)) wire.say(statOf(thing), name);
      wire.say('c:backupphase2');
      await wire.due(/^c:ok$/);
      const warnings = await answerRequests(wire, machine);
      wire.say('c:okbackupphase2end');
      return warnings;
    });
  }

  list(backup: number): Promise<string[]> {
    return this.talk(`list ${backup}:`, async (wire) => {
      await wire.due(/^c:ok$/);
      const names: string[] = [];
      for (let frame = await wire.next(); frame; frame = await wire.next())
        if (!'rb'.includes(frame.letter)) names.push(textOf(frame));
      return names;
    });
  }

  /** What came with each name; undefined if it has no data. Warnings have a name that begins with `w:`. */
  read(action: 'restore' | 'verify', backup: number): Promise<Map<string, string | undefined>> {
    return this.talk(`${action} ${backup}:`, async (wire) => {
      await wire.due(/^c:ok$/);
      const found = new Map<string, string | undefined>();
      let name = '';
      let pieces: Buffer[] = [];
      for (;;) {
        const frame = await wire.next();
        if (!frame) throw new Error('the server left in the middle');
        if (textOf(frame) === 'c:restoreend') break;
        if (frame.letter === 'a') pieces.push(frame.payload);
        else if (frame.letter === 'x') {
          found.set(name, unpacked(name, Buffer.concat(pieces)));
          pieces = [];
        } else if (!'rt'.includes(frame.letter)) found.set((name = textOf(frame)), undefined);
      }
      wire.say('c:restoreend ok');
      return found;
    });
  }

  private async talk<T>(action: string, rest: (wire: Wire) => Promise<T>): Promise<T> {
    const wire = await this.connect();
    try {
      wire.say('c:hello:3.1.4');
      await wire.due(/^c:whoareyou/);
      wire.say('c:c1');
      await wire.due(/^c:okpassword/);
      wire.say('c:secret');
      await wire.due(/^c:ok$/);
      wire.say('c:nocsr');
      await wire.due(/^c:nocsr ok$/);
      wire.say('c:extra_comms_begin');
      await wire.due(/^c:extra_comms_begin ok/);
      wire.say('c:uname=Windows 10.0', 'c:msg', 'c:extra_comms_end');
      await wire.due(/^c:extra_comms_end ok$/);
      wire.say(`c:${action}`);
      return await rest(wire);
    } finally {
      await wire.close();
    }
  }
}

async function answerRequests(wire: Wire, machine: Machine): Promise<string[]> {
  const warnings: string[] = [];
  let token: string | undefined;
  for (;;) {
    const frame = await wire.next();
    if (!frame) throw new Error('the server left in the middle');
    const text = textOf(frame);
    if (text === 'c:backupphase2end') return warnings;
    if (frame.letter === 'w') warnings.push(text.slice(2));
    else if (frame.letter === 't') token = text;
    else if (frame.letter === 'a' || frame.letter === 'r') continue;
    else if (frame.letter === 'x') token = undefined;
    else {
      const thing = machine[text];
      if (thing?.data === undefined) throw new Error(`the server asked for ${text}`);
      wire.say(...(token === undefined ? [] : [token]), statOf(thing), text);
      const body = token === undefined ? bodyOf(text, thing) : deltaOf(thing.data);
      if (body.length > 0) wire.send(formatFrame('a', body));
      wire.say(`x:${thing.data.length}:${md5Of(Buffer.from(thing.data))}`);
    }
  }
}

/** As the client has it: packed, unless it is told not to be, or Windows has encrypted it. */
function bodyOf(name: string, { data = '', packed = false }: Thing): Uint8Array {
  return packed && !name.startsWith('k') ? gzipSync(data) : Buffer.from(data);
}

/** A delta that uses nothing of the old file. */
function deltaOf(data: string): Uint8Array {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(data.length);
  return Buffer.concat([Buffer.from('7273023642', 'hex'), length, Buffer.from(data), Buffer.of(0)]);
}

function unpacked(name: string, bytes: Buffer): string {
  return (name.startsWith('k') ? bytes : gunzipSync(bytes)).toString();
}

function statOf({ data = '', packed = false, attributes }: Thing): string {
  const some = { mode: 0o100644, nlink: 1, size: data.length, compression: packed ? 9 : 0 };
  return `r:${formatAttributes({ ...NO_ATTRIBUTES, ...some, ...attributes })}`;
}

function textOf({ letter, payload }: Frame): string {
  return `${letter}:${payload.toString('latin1')}`;
}
