import { get } from 'node:http';
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';

/** A message of the inspector's protocol, as far as tests look at it. */
export interface Told {
  readonly id?: number;
  readonly method?: string;
  readonly params?: {
    readonly callFrames?: readonly {
      readonly location: { readonly lineNumber: number; readonly scriptId: string };
    }[];
    readonly scriptId?: string;
    readonly url?: string;
  };
}

/** A debugger, as little of one as it takes: JSON in frames of a web socket. */
export class Inspector {
  readonly #socket: Socket;
  readonly #told: Told[] = [];
  #wake: () => void = () => {};
  #bytes = Buffer.alloc(0);
  /** By their numbers, the files that have been read. */
  readonly scripts = new Map<string, string>();
  #id = 0;

  private constructor(socket: Socket, head: Buffer) {
    this.#socket = socket;
    socket.on('data', (bytes) => this.#read(bytes));
    socket.on('close', () => this.#wake());
    socket.on('error', () => {});
    if (head.length > 0) this.#read(head);
  }

  /** @param url as Node tells it: `ws://127.0.0.1:9229/...` */
  static async attach(url: string): Promise<Inspector> {
    const headers = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    };
    return await new Promise((resolve, reject) => {
      get(url.replace(/^ws:/, 'http:'), { headers })
        .on('upgrade', (_response, socket: Socket, head) => resolve(new Inspector(socket, head)))
        .on('error', reject);
    });
  }

  send(method: string, params: object = {}): void {
    const text = Buffer.from(JSON.stringify({ id: ++this.#id, method, params }));
    const length = Buffer.alloc(2);
    length.writeUInt16BE(text.length);
    // What a client sends is masked; with zeros it stays as it is.
    this.#socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | 126]), length, Buffer.alloc(4), text]));
  }

  /** The next message of that kind; undefined if the other side has gone. */
  async next(method: string): Promise<Told | undefined> {
    for (;;) {
      const found = this.#told.findIndex((each) => each.method === method);
      if (found !== -1) return this.#told.splice(found, 1)[0];
      if (this.#socket.destroyed) return undefined;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  #hear(told: Told): void {
    const { scriptId, url } = told.params ?? {};
    if (told.method === 'Debugger.scriptParsed') this.scripts.set(scriptId!, url!);
    else this.#told.push(told);
  }

  #read(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    for (;;) {
      const short = this.#bytes[1]! & 0x7f;
      const from = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (this.#bytes.length < from) return;
      const length =
        short === 126
          ? this.#bytes.readUInt16BE(2)
          : short === 127
            ? Number(this.#bytes.readBigUInt64BE(2))
            : short;
      if (this.#bytes.length < from + length) return;
      const text = this.#bytes.subarray(from, from + length).toString();
      this.#bytes = this.#bytes.subarray(from + length);
      if (text.startsWith('{')) this.#hear(JSON.parse(text) as Told);
      this.#wake();
    }
  }
}
