import { describe, expect, it } from 'vitest';
import { runScript } from '../disk/script-life.ts';
import { scriptOpText } from '../disk/script-text.ts';
import type { Script } from '../disk/script.ts';
import { randomly } from '../persistence/choices.ts';
import { randomScript } from './random-script.ts';
import { shrunk } from './shrink.ts';

function runs(script: Script): boolean {
  try {
    runScript(script);
    return true;
  } catch {
    return false;
  }
}

const never = (): boolean => false;

describe('the smallest script', () => {
  it('of which something holds has no op that could be left out', async () => {
    let renames = 0;
    const holds = ({ ops }: Script): boolean => ops.some(({ op }) => op === 'rename');
    for (let seed = 0; seed < 60; seed++) {
      const script = randomScript(randomly(seed));
      if (!holds(script)) continue;
      renames++;
      const small = await shrunk(script, async (smaller) => holds(smaller), never);
      expect(holds(small)).toBe(true);
      for (const where of ['ops', 'setup'] as const) {
        for (const [at, op] of small[where].entries()) {
          const less = { ...small, [where]: small[where].toSpliced(at, 1) };
          const isLess = runs(less) && holds(less);
          expect(isLess, `${scriptOpText(op)} in ${JSON.stringify(small)}`).toBe(false);
        }
      }
    }
    expect(renames).toBeGreaterThan(5);
  });

  it('is the script itself if nothing can be left out, or nobody may go on', async () => {
    const script = randomScript(randomly(3));
    expect(await shrunk(script, async () => false, never)).toEqual(script);
    expect(
      await shrunk(
        script,
        async () => true,
        () => true,
      ),
    ).toEqual(script);
  });
});
