import { current, type Living } from './current.ts';

/** Something of a life that happens on another thread, and calls back. */
export interface Errand {
  /** It is about to call back; false if its life is over, and nobody must hear of it. */
  readonly done: () => boolean;
}

/** Notes that the life that runs waits for something on another thread; undefined if none runs. */
export function sendOff(): Errand | undefined {
  const life: Living | undefined = current();
  if (life === undefined) return undefined;
  const { loop } = life;
  loop.errands++;
  let isOut = true;
  return {
    done() {
      if (isOut) loop.errands--;
      isOut = false;
      loop.wake();
      return !loop.over;
    },
  };
}

/** What Node itself says is under way: real files, names, sockets, processes. Not the pipes that a tester lives on. */
const OUTSIDE =
  /^(?:FSReq|GetAddrInfo|GetNameInfo|Query|TCP|TLS|UDP|Process|FSEvent|StatWatcher|Worker|Http)|^(?:PipeConnect|Shutdown)Wrap/;

/** What goes on outside of the simulation that may call back one day, by Node's names of it. */
export function outside(): readonly string[] {
  return [...new Set(process.getActiveResourcesInfo().filter((name) => OUTSIDE.test(name)))];
}
