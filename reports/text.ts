/** Text for people: escaping, numbers and durations. */

/**
 * Control and format characters, line and paragraph separators and halves of pairs: they could move a terminal's
 * cursor, change its colours, or turn the reading direction. File names and contents come from programs under test and
 * from disks that a crash left, so they may hold anything.
 */
export const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** The text with everything unsafe as `\xNN` or `\u{NNNN}`, on one line. */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, escapeChar);
}

/** One unsafe character as it is written in an escaped text. */
export function escapeChar(char: string): string {
  const code = char.codePointAt(0)!;
  if (char === '\n') return '\\n';
  if (char === '\t') return '\\t';
  return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/** 1234567 as `1,234,567`. */
export function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

/** `1 state`, `2 states`. */
export function count(value: number, singular: string, plural = `${singular}s`): string {
  return `${number(value)} ${value === 1 ? singular : plural}`;
}

/** Milliseconds as `0.4 s` or `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Bytes as `412 MB`, in millions. */
export function megabytes(bytes: number): string {
  return `${number(Math.ceil(bytes / 1e6))} MB`;
}

/** So many in so many milliseconds, as `1,234 states/s`; undefined where no time is known to have passed. */
export function rate(many: number, ms: number, unit: string): string | undefined {
  return ms > 0 ? `${number(Math.round((many * 1000) / ms))} ${unit}/s` : undefined;
}

/** The disk at `/` of a model's name, and those below it: `ext4@/wal=xfs` as `ext4` and `/wal on xfs`. */
export function disksOf(model: string): { readonly root: string; readonly mounts: string } {
  const [root = '', ...mounts] = model.split('@');
  return { root, mounts: mounts.map((mount) => mount.replace('=', ' on ')).join(', ') };
}

/** Cuts a text that is longer than `width`, and shows that it did. */
export function clip(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
