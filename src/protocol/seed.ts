import type { BackupClient } from '../ports/backup-client.ts';
import { type ByteString, displayBytes } from '../storage/manifest/byte-string.ts';
import type { Entry } from '../storage/manifest/entry.ts';
import { isWithin } from '../storage/manifest/path-order.ts';
import { isWindowsPath } from '../storage/manifest/windows-path.ts';
import { Refusal } from './fault.ts';

/**
 * Burp's seeding: a first backup of what is going to be somewhere else. What the client has at `from` is kept as if it
 * were at `to`, so that the client there, over a slow line, has only to send what differs. Neither ends in a slash.
 */
export interface Seed {
  readonly from: ByteString;
  readonly to: ByteString;
}

export interface Seeds {
  readonly source?: ByteString;
  readonly target?: ByteString;
}

/** Undefined if nothing is to be seeded. Throws a Refusal, in Burp's words, if only one of the two is said. */
export function seedOf({ source, target }: Seeds): Seed | undefined {
  if (source === undefined && target === undefined) return undefined;
  if (source === undefined || target === undefined)
    throw new Refusal('You must specify seed_src and seed_dst options together, or not at all.');
  return { from: source, to: target };
}

/** A path that seeding begins or ends with. Throws a Refusal, in Burp's words, if it is none. */
export function seedPath(what: 'seed_src' | 'seed_dst', path: ByteString): ByteString {
  const isAbsolute = path.startsWith('/') || isWindowsPath(path);
  if (!isAbsolute || path.split('/').some((name) => name === '.' || name === '..'))
    throw new Refusal(`A ${what} needs to be absolute!`);
  return path.replace(/\/+$/, '');
}

/** The client as it would be where its files are going to be. Order stays: all paths begin alike, before and after. */
export function seeded(client: BackupClient, { from, to }: Seed): BackupClient {
  const there = (path: ByteString): ByteString => moved(path, from, to);
  const here = (entry: Entry): Entry => ({ ...entry, path: moved(entry.path, to, from) });
  return {
    ...(client.signatureHash && { signatureHash: client.signatureHash }),
    hear: (log) => client.hear?.(log),
    tell: (warning) => client.tell?.(warning),
    async *scan(options) {
      for await (const item of client.scan(options)) {
        if (typeof item === 'string') yield item;
        else if (!isWithin(item.path, from))
          throw new Refusal(`${displayBytes(item.path)} is not within seed_src, ${displayBytes(from)}`);
        else
          yield {
            ...item,
            path: there(item.path),
            ...(item.kind === 'hardlink' && { link: there(item.link!) }),
          };
      }
    },
    whole: (entry) => client.whole(here(entry)),
    delta: (entry, signature) => client.delta(here(entry), signature),
  };
}

/** The root of a drive or of everything keeps its slash: `C:/`, `/`. */
function moved(path: ByteString, from: ByteString, to: ByteString): ByteString {
  const rest = path.slice(from.length).replace(/^\/$/, '');
  const result = to + rest;
  return result === '' || /^[A-Za-z]:$/.test(result) ? `${result}/` : result;
}
