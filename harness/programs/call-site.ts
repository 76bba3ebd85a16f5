import type { Draft } from '../disk/core/draft.ts';
import { current } from './current.ts';
import { madeHere, stackOf, type Made } from './made-here.ts';
import { shownPath } from './shown-path.ts';
import { readFrame, type Frame } from './user-frames.ts';

/** A place in the source that a call comes from. */
export interface Place {
  /** The function, if it has a name. */
  readonly what?: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The way to a call: the places that it goes through, the call itself first. */
export interface CallSite {
  /** The same for the same way, in every life of one program. */
  readonly key: string;
  readonly places: readonly Place[];
}

/** What one stack says. */
interface Read extends CallSite {
  /** The program's code does not call here: it waits, and the tester goes on with what was called before. */
  readonly waits: boolean;
}

/** A life has few sites and many calls. */
const known = new Map<string, Read>();

/**
 * Where the call was made whose op is about to be committed. The life must keep notes of its calls. A program that is not
 * in JavaScript has no places: its calls are told apart by what they are about.
 */
export function callSite(draft: Readonly<Draft>): CallSite {
  return callOf(draft).site;
}

/** A call: where it was made, and which of the life's it is; undefined for one that takes effect where it is made. */
export interface Call {
  readonly site: CallSite;
  readonly asked: number | undefined;
}

/** The same, and which of the calls that is. */
export function callOf({ kind, path }: Readonly<Draft>): Call {
  // A synchronous call has the program's frames under it; an asynchronous one was made some time ago.
  const now: Made = { ...madeHere(undefined), before: current()?.loop.made };
  // A call of several ops has the program's code waiting for it from its second op on, and that may wait for several
  // calls in one place. What has happened right before such an op is the op of the same call that it goes on from.
  let waiting: Call | undefined;
  for (let made: Made | undefined = now; made; made = made.before) {
    const stack = stackOf(made);
    let site = known.get(stack);
    if (site === undefined) known.set(stack, (site = siteOf(stack)));
    const { asked } = made;
    if (site.places.length > 0 && !site.waits) return { site, asked };
    if (site.places.length > 0) waiting ??= { site, asked };
  }
  if (waiting !== undefined) return waiting;
  const key = `${kind}:${encodeURIComponent(path.replace(/\p{Cs}/gu, '\ufffd'))}`;
  return { site: { key, places: [] }, asked: undefined };
}

/** Beyond this frame it is the tester that calls. */
const OUTSIDE = /programs\/(?:syncs\/edited|inline)\.[jt]s$/;

function siteOf(stack: string): Read {
  const found: Frame[] = [];
  for (const line of stack.split('\n')) {
    const frame = readFrame(line);
    if (!frame) continue;
    if (OUTSIDE.test(frame.run.file)) break;
    if (!frame.ofTester) found.push(frame);
  }
  // A function that calls itself is one place, however deep it is.
  const names = found.map(({ run: { file, line } }) => `${shownPath(file)}:${line}`);
  const once = found.flatMap((frame, i) =>
    names.indexOf(names[i]!) === i ? [{ frame, name: names[i]! }] : [],
  );
  // Two calls may stand in one line. Further out, a frame that waited has another column than the same that has not.
  const key = once.map(({ frame, name }, i) => (i === 0 ? `${name}:${frame.run.column}` : name));
  return {
    key: key.join(' '),
    places: once.map(({ frame }) => placeOf(frame)),
    waits: found[0]?.waits ?? false,
  };
}

function placeOf({ what, place }: Frame): Place {
  const name = what?.replace(/^(?:async |new )+/, '').replace(/^Object\./, '');
  return { ...(name === undefined ? {} : { what: name }), ...place };
}
