/** Bytes of a file from a position on, fewer at its end. */
export type ReadAt = (position: number, length: number) => Buffer;

/** So much of a script's first line the kernel looks at: BINPRM_BUF_SIZE, in bytes. */
const LINE_MAX = 256;
const PT_INTERP = 3;

/**
 * The program that the kernel starts to run a file: that of a script's first line, or the dynamic loader that an ELF
 * file names. Undefined for a file that runs by itself, or not at all. See execve(2) and elf(5).
 */
export function interpreterOf(read: ReadAt): string | undefined {
  const head = read(0, LINE_MAX);
  if (head.subarray(0, 2).toString('latin1') === '#!')
    return /^#![ \t]*([^ \t\n\0]+)/.exec(head.toString('utf8'))?.[1];
  return head.subarray(0, 4).toString('latin1') === '\x7fELF' ? loaderOf(head, read) : undefined;
}

function loaderOf(head: Buffer, read: ReadAt): string | undefined {
  if (head.length < 64) return undefined;
  const [isWide, isLittle] = [head[4] === 2, head[5] === 1];
  const numberAt = (bytes: Buffer, at: number, size: number): number =>
    isLittle ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size);
  // Of the 64 bits of an offset, 48 are more than any file has.
  const offsetAt = (bytes: Buffer, at: number): number =>
    isWide ? numberAt(bytes, isLittle ? at : at + 2, 6) : numberAt(bytes, at, 4);
  const table = offsetAt(head, isWide ? 32 : 28);
  const size = numberAt(head, isWide ? 54 : 42, 2);
  const count = numberAt(head, isWide ? 56 : 44, 2);
  if (size < (isWide ? 56 : 32)) return undefined;
  for (let i = 0; i < count; i++) {
    const entry = read(table + i * size, size);
    if (entry.length < size) return undefined;
    if (numberAt(entry, 0, 4) !== PT_INTERP) continue;
    const name = read(offsetAt(entry, isWide ? 8 : 4), Math.min(offsetAt(entry, isWide ? 32 : 16), 4096));
    return name.toString('utf8').split('\0')[0];
  }
  return undefined;
}
