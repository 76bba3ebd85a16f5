import { gunzip } from '../storage/codec/gzip.ts';
import { Refusal, fault } from './fault.ts';
import { type FrameStream, unexpected } from './frame-stream.ts';
import type { Server } from './ports.ts';
import { sendFile } from './send-file.ts';

/** A certificate request is about 1000 bytes. */
const LONGEST_REQUEST = 64 * 1024;

/** Takes a client's certificate request, and gives back its certificate and that of the CA. */
export async function signRequest(frames: FrameStream, client: string, { authority }: Server): Promise<void> {
  if (!authority) throw new Refusal('server not configured to sign client certificates');
  const refusal = await authority.whyNot(client);
  if (refusal !== undefined) throw new Refusal(refusal);
  frames.send('c', `csr ok:${authority.serverName}`);
  const request = await receiveFile(frames, 'a certificate request', LONGEST_REQUEST);
  const certificate = await authority.sign(client, request);
  sendFile(frames, certificate);
  sendFile(frames, authority.certificate);
  frames.flush();
}

/** Receives a small file: one gzip member in `a` frames, and `x`. Throws EPROTO for more than `most` bytes. */
export async function receiveFile(frames: FrameStream, what: string, most: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const frame = await frames.next(what);
    if (frame.letter === 'x') break;
    if (frame.letter !== 'a') throw unexpected(frame, what);
    length += frame.payload.length;
    // Packed data is a little longer than plain data at worst.
    if (length > most + 1024) throw fault(`${what} is longer than the ${most} bytes that are allowed`);
    pieces.push(frame.payload);
  }
  return gunzip(Buffer.concat(pieces), { maximumSize: most });
}
