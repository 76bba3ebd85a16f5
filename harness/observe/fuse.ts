/**
 * As much of the FUSE protocol as a folder of a few files needs: version 7.31, little endian, as in
 * include/uapi/linux/fuse.h. Lengths and offsets are bytes.
 */

export const OP = {
  lookup: 1,
  forget: 2,
  getattr: 3,
  unlink: 10,
  open: 14,
  read: 15,
  write: 16,
  statfs: 17,
  release: 18,
  fsync: 20,
  flush: 25,
  init: 26,
  interrupt: 36,
  destroy: 38,
  batchForget: 42,
} as const;

export const ENOENT = 2;
export const EIO = 5;
export const ENOSYS = 38;

/** The folder itself. */
export const ROOT = 1;

const IN_HEADER = 40;
const OUT_HEADER = 16;

export interface Request {
  readonly opcode: number;
  readonly unique: bigint;
  readonly node: number;
  /** What follows the header. */
  readonly body: Buffer;
}

/** @param bytes one request, as one read of the device gives it */
export function parseRequest(bytes: Buffer): Request {
  return {
    opcode: bytes.readUInt32LE(4),
    unique: bytes.readBigUInt64LE(8),
    node: Number(bytes.readBigUInt64LE(16)),
    body: bytes.subarray(IN_HEADER, bytes.readUInt32LE(0)),
  };
}

/** @param error an errno, positive; 0 for success */
export function answer(unique: bigint, error: number, body: Buffer = NOTHING): Buffer {
  const head = Buffer.alloc(OUT_HEADER);
  head.writeUInt32LE(OUT_HEADER + body.length, 0);
  head.writeInt32LE(-error, 4);
  head.writeBigUInt64LE(unique, 8);
  return Buffer.concat([head, body]);
}

const NOTHING = Buffer.alloc(0);

/** The longest write that the kernel may send. */
export const WRITE_MAX = 128 * 1024;

export function initOut(): Buffer {
  const out = Buffer.alloc(64);
  out.writeUInt32LE(7, 0);
  out.writeUInt32LE(31, 4);
  out.writeUInt32LE(WRITE_MAX, 8);
  const BIG_WRITES = 1 << 5;
  out.writeUInt32LE(BIG_WRITES, 12);
  out.writeUInt16LE(16, 16);
  out.writeUInt16LE(12, 18);
  out.writeUInt32LE(WRITE_MAX, 20);
  out.writeUInt32LE(1, 24);
  return out;
}

/** What stat tells of a node. Nothing of it is to be remembered: sizes change. */
export interface Attributes {
  readonly node: number;
  readonly size: number;
}

function attributes({ node, size }: Attributes): Buffer {
  const out = Buffer.alloc(88);
  out.writeBigUInt64LE(BigInt(node), 0);
  out.writeBigUInt64LE(BigInt(size), 8);
  out.writeBigUInt64LE(BigInt(Math.ceil(size / 512)), 16);
  out.writeUInt32LE(node === ROOT ? 0o40700 : 0o100600, 60);
  out.writeUInt32LE(1, 64);
  out.writeUInt32LE(4096, 80);
  return out;
}

export function entryOut(node: Attributes): Buffer {
  const out = Buffer.alloc(40);
  out.writeBigUInt64LE(BigInt(node.node), 0);
  return Buffer.concat([out, attributes(node)]);
}

export function attributesOut(node: Attributes): Buffer {
  return Buffer.concat([Buffer.alloc(16), attributes(node)]);
}

export function openOut(): Buffer {
  return Buffer.alloc(16);
}

export function statfsOut(): Buffer {
  const out = Buffer.alloc(80);
  out.writeUInt32LE(4096, 40);
  out.writeUInt32LE(255, 44);
  out.writeUInt32LE(4096, 48);
  return out;
}

export function writeOut(size: number): Buffer {
  const out = Buffer.alloc(8);
  out.writeUInt32LE(size, 0);
  return out;
}

/** The name that is looked up. */
export function nameIn(body: Buffer): string {
  return body.subarray(0, body.indexOf(0)).toString('latin1');
}

export function rangeIn(body: Buffer): { readonly offset: number; readonly size: number } {
  return { offset: Number(body.readBigUInt64LE(8)), size: body.readUInt32LE(16) };
}

/** The data of a write. */
export function dataIn(body: Buffer): Buffer {
  return body.subarray(IN_HEADER, IN_HEADER + rangeIn(body).size);
}
