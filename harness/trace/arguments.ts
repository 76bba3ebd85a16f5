import { Unfollowed } from './unfollowed.ts';

/** Takes the arguments of a call apart, at the commas between them. Strings hold no character but hexadecimal ones. */
export function splitArguments(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 34: // "
        i = text.indexOf('"', i + 1);
        if (i < 0) return [...parts, text.slice(start)];
        break;
      case 40: // (
      case 91: // [
      case 123: // {
        depth++;
        break;
      case 41:
      case 93:
      case 125:
        depth--;
        break;
      case 44: // ,
        if (depth === 0) {
          parts.push(text.slice(start, i));
          start = i + 2;
        }
        break;
    }
  }
  if (text !== '') parts.push(text.slice(start));
  return parts;
}

/** The bytes of a string argument. @throws Unfollowed if strace has cut it off */
export function bytesOf(argument: string): Buffer {
  if (argument.endsWith('...')) throw new Unfollowed('a call passes more bytes than strace records');
  if (!argument.startsWith('"')) throw new Unfollowed(`a string can't be read: ${argument.slice(0, 60)}`);
  return fromHex(argument.slice(1, -1));
}

/** A path, or a symlink's target. @throws Unfollowed if it is no text in UTF-8 */
export function textOf(argument: string): string {
  if (argument.endsWith('...') || !argument.startsWith('"')) return asText(bytesOf(argument));
  return nameFrom(argument.slice(1, -1));
}

/** Names come again and again, in each life and in each of its calls. Emptied when full. */
const names = new Map<string, string>();
const NAMES_MAX = 20_000;

function nameFrom(hex: string): string {
  let name = names.get(hex);
  if (name === undefined) {
    if (names.size >= NAMES_MAX) names.clear();
    names.set(hex, (name = asText(fromHex(hex))));
  }
  return name;
}

function asText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(bytes))
    throw new Unfollowed(`a name is no UTF-8: ${JSON.stringify(bytes.toString('latin1'))}`);
  return text;
}

function fromHex(text: string): Buffer {
  return Buffer.from(text.replaceAll(String.raw`\x`, ''), 'hex');
}

/** A descriptor, and the path that the kernel had for it; undefined for AT_FDCWD. */
export interface FdArgument {
  readonly fd: number | undefined;
  readonly path: string | undefined;
}

/** `3<\x2f\x64>`, or `AT_FDCWD<...>`, or `3</d/f>(deleted)`. */
export function fdOf(argument: string): FdArgument {
  const open = argument.indexOf('<');
  const path = open < 0 ? undefined : nameFrom(argument.slice(open + 1, argument.lastIndexOf('>')));
  const name = open < 0 ? argument : argument.slice(0, open);
  return { fd: name.startsWith('AT_FDCWD') ? undefined : Number.parseInt(name, 10), path };
}

/** A number as strace writes it: decimal, octal or hexadecimal, or `-1`. */
export function numberOf(argument: string): number {
  const text = argument.trim();
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  const value = Number(/^-?(?:0x[0-9a-f]+|\d+)/.exec(text)?.[0] ?? Number.NaN);
  if (Number.isNaN(value)) throw new Unfollowed(`a number can't be read: ${text.slice(0, 60)}`);
  return value;
}

/** The number behind a pointer: `[123]`, or undefined for NULL. */
export function pointedAt(argument: string): number | undefined {
  const inside = /^\[(-?\d+)/.exec(argument)?.[1];
  return inside === undefined ? undefined : Number(inside);
}

/** The bytes of `[{iov_base="...", iov_len=3}, ...]`, one after the other. */
export function vectorOf(argument: string): Buffer {
  if (argument.includes('...')) throw new Unfollowed('a call passes more pieces than strace records');
  return Buffer.concat(
    Array.from(argument.matchAll(/iov_base=("[^"]*"(?:\.\.\.)?)/g), ([, text]) => bytesOf(text!)),
  );
}

/** Names joined by `|`. */
export function flagsOf(argument: string): ReadonlySet<string> {
  return new Set(argument.split('|'));
}

/** A mode: `0644`, or `S_IFREG|0644`. */
export function modeOf(argument: string): number {
  return numberOf(argument.split('|').at(-1)!) & 0o7777;
}
