import type { ByteString } from '../storage/manifest/byte-string.ts';
import type { StoredBackup } from './ports.ts';

/** The number in front of what a client calls a backup; 0 if there is none, as Burp has it. */
export function numberIn(text: ByteString): number {
  return Number(/^\s*\+?(\d{1,9})/.exec(text)?.[1] ?? 0);
}

/** The backup that a client names by its number or its whole timestamp line. */
export function named(backups: readonly StoredBackup[], text: ByteString): StoredBackup | undefined {
  const number = numberIn(text);
  return backups.find((one) => one.line === text || (number > 0 && one.number === number));
}

/** What a restore or verify is about: nothing or 0 is the newest, `a` all of them, else one. */
export function chosen(backups: readonly StoredBackup[], text: ByteString): readonly StoredBackup[] {
  const finished = backups.filter(({ state }) => state === 'finished');
  if (text.startsWith('a')) return finished;
  const one = numberIn(text) > 0 ? named(finished, text) : finished.at(-1);
  return one ? [one] : [];
}
