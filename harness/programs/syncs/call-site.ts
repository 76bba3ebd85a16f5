import type { Draft } from '../../disk/core/draft.ts';
import { current } from '../current.ts';
import { madeHere, type Made } from '../made-here.ts';
import { readFrame } from '../user-frames.ts';

/** A place in the source that a call comes from. */
export interface Place {
  /** The function, if it has a name. */
  readonly what?: string;
  readonly file: string;
  readonly line: number;
}

/** The way to a call: the places that it goes through, the call itself first. */
export interface CallSite {
  /** The same for the same way, in every life of one program. */
  readonly key: string;
  readonly places: readonly Place[];
}

/** A life has few sites and many calls. */
const known = new Map<string, CallSite>();

/**
 * Where the call was made whose op is about to be committed. The life must keep notes of its calls. A program that is not
 * in JavaScript has no places: its calls are told apart by what they are about.
 */
export function callSite({ kind, path }: Readonly<Draft>): CallSite {
  // A synchronous call has the program's frames under it; an asynchronous one was made some time ago.
  const now: Made = { ...madeHere(undefined), before: current()?.loop.made };
  for (let made: Made | undefined = now; made; made = made.before) {
    const { stack = '' } = made.error;
    let site = known.get(stack);
    if (site === undefined) known.set(stack, (site = siteOf(stack)));
    if (site.places.length > 0) return site;
  }
  return { key: `${kind}:${encodeURIComponent(path.replace(/\p{Cs}/gu, '\ufffd'))}`, places: [] };
}

/** Beyond this frame it is the tester that calls. */
const OUTSIDE = /programs\/syncs\/edited\.[jt]s:/;

function siteOf(stack: string): CallSite {
  const found: { readonly place: Place; readonly column: string }[] = [];
  for (const line of stack.split('\n')) {
    const frame = readFrame(line);
    if (!frame) continue;
    if (OUTSIDE.test(frame.shown)) break;
    if (!frame.ofTester) found.push(placeOf(frame.what, frame.shown));
  }
  // A function that calls itself is one place, however deep it is.
  const names = found.map(({ place: { file, line } }) => `${file}:${line}`);
  const once = found.filter((_, i) => names.indexOf(names[i]!) === i);
  // Two calls may stand in one line. Further out, a frame that waited has another column than the same that has not.
  const key = once.map(({ place: { file, line }, column }, i) =>
    i === 0 ? `${file}:${line}:${column}` : `${file}:${line}`,
  );
  return { key: key.join(' '), places: once.map(({ place }) => place) };
}

function placeOf(
  what: string | undefined,
  shown: string,
): { readonly place: Place; readonly column: string } {
  const [, file, line, column] = /^(.*):(\d+):(\d+)$/.exec(shown)!;
  const name = what?.replace(/^(?:async |new )+/, '').replace(/^Object\./, '');
  const place = { ...(name === undefined ? {} : { what: name }), file: file!, line: Number(line) };
  return { place, column: column! };
}
