import { h, type Child } from '../dom.ts';

/** Bytes on a line, and lines before somebody asks for more. */
const PER_LINE = 16;
const LINES_MAX = 64;

export interface HexProps {
  readonly bytes: Uint8Array;
  /** The file's real size, of which `bytes` may be the beginning only. */
  readonly size: number;
  /** What the file was meant to hold, to mark what differs. */
  readonly meant?: Uint8Array | undefined;
  /** The byte from which on it is not what was meant. */
  readonly tear?: number | undefined;
}

/** A file's bytes as hex and text, with those marked that differ from what was meant, and the tears as rules. */
export function hexDump(props: HexProps): HTMLElement {
  const lines = Math.ceil(props.bytes.length / PER_LINE);
  const body = h('div', { class: 'hex', tabindex: 0, role: 'region', 'aria-label': 'Bytes of the file' });
  body.append(...linesFrom(props, 0, LINES_MAX));
  const box = h('div', {}, body);
  if (props.bytes.length === 0) body.append(h('p', { class: 'note' }, 'The file is empty.'));
  if (lines > LINES_MAX) {
    const more = h('button', { type: 'button' }, `Show ${lines - LINES_MAX} more lines`);
    more.addEventListener('click', () => {
      body.append(...linesFrom(props, LINES_MAX, lines));
      more.remove();
    });
    box.append(more);
  }
  if (props.size > props.bytes.length) {
    box.append(
      h('p', { class: 'note' }, `The report holds the first ${props.bytes.length} of ${props.size} bytes.`),
    );
  }
  return box;
}

function linesFrom(props: HexProps, from: number, to: number): HTMLElement[] {
  const { bytes, tear } = props;
  const lines: HTMLElement[] = [];
  const end = Math.min(to, Math.ceil(bytes.length / PER_LINE));
  for (let line = from; line < end; line++) {
    const start = line * PER_LINE;
    if (tear !== undefined && tear >= start && tear < start + PER_LINE && tear < bytes.length)
      lines.push(tearRule(tear));
    lines.push(hexLine(props, start));
  }
  const ends = tear !== undefined && tear >= bytes.length && end * PER_LINE >= bytes.length;
  return ends ? [...lines, tearRule(tear)] : lines;
}

function tearRule(at: number): HTMLElement {
  return h('div', { class: 'tear' }, `not as written from byte ${at.toLocaleString('en-US')} on`);
}

function hexLine({ bytes, meant }: HexProps, start: number): HTMLElement {
  const part = bytes.subarray(start, start + PER_LINE);
  const pairs: Child[] = [];
  const chars: Child[] = [];
  part.forEach((byte, i) => {
    const wrong = meant !== undefined && meant[start + i] !== byte;
    const kind = wrong ? 'wrong' : byte === 0 ? 'zero' : undefined;
    const gap = i === PER_LINE / 2 ? ' ' : '';
    pairs.push(gap, kind ? h('span', { class: kind }, hex(byte, 2)) : hex(byte, 2), ' ');
    const char = byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
    chars.push(kind ? h('span', { class: kind }, char) : char);
  });
  return h(
    'div',
    { class: 'hex-line' },
    h('span', { class: 'offset' }, hex(start, 6)),
    h('span', { class: 'pairs' }, pairs),
    h('span', { class: 'chars' }, chars),
  );
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
