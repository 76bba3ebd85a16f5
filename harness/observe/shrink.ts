import { isRunnable } from '../disk/script-life.ts';
import type { Script, ScriptOp } from '../disk/script.ts';

/**
 * The smallest script that can be come to by leaving ops out, a few at once and then one by one, of which something still
 * holds. A real kernel is asked, so an answer may be missed, and what is left is then larger than it could be.
 *
 * @param holds asked of scripts that run; it holds of the one that is given
 * @param stop ends the search with what there is
 */
export async function shrunk(
  script: Script,
  holds: (smaller: Script) => Promise<boolean>,
  stop: () => boolean,
): Promise<Script> {
  let best = script;
  for (let length = Math.max(best.ops.length, best.setup.length); length >= 1;) {
    const smaller = await firstOf(without(best, length), holds, stop);
    if (stop()) return smaller ?? best;
    if (smaller) best = smaller;
    else length = Math.floor(length / 2);
  }
  return best;
}

async function firstOf(
  all: Iterable<Script>,
  holds: (smaller: Script) => Promise<boolean>,
  stop: () => boolean,
): Promise<Script | undefined> {
  for (const script of all) {
    if (stop()) return undefined;
    if (await holds(script)) return script;
  }
  return undefined;
}

/** The scripts without so many ops in a row that still run; without later ones first. */
function* without(script: Script, length: number): Iterable<Script> {
  for (const where of ['ops', 'setup'] as const) {
    const ops: readonly ScriptOp[] = script[where];
    for (let at = ops.length - length; at >= 0; at--) {
      const smaller = { ...script, [where]: [...ops.slice(0, at), ...ops.slice(at + length)] };
      if (smaller.ops.length > 0 && isRunnable(smaller)) yield smaller;
    }
  }
}
