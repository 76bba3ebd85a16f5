import { lossesOf, type Player, type Replay } from './replay.ts';

/**
 * Whether a story that loses nothing needs its cut at all. `start`: the disk fails as setup left it; `end`: what the
 * program leaves when it has run to its end, with nothing lost, breaks the same invariant. Undefined if the cut matters.
 */
export type Uncut = 'start' | 'end' | undefined;

export async function uncutOf(player: Player, { verdict, lives }: Replay): Promise<Uncut> {
  const invariant = verdict.findings[0]?.invariant;
  if (invariant === undefined || lives.some((lived) => lossesOf(lived).length > 0)) return undefined;
  const fails = async (at: number): Promise<boolean> => {
    const { findings } = (await player.play([{ at, mode: 'lose', effects: [] }])).verdict;
    return findings.some((each) => each.invariant === invariant);
  };
  // What is promised before the first op is the program's doing, though setup alone has touched the disk.
  const isPromised = player.main.life.acknowledged.some((mark) => mark.after === 0);
  if (!isPromised && (await fails(0))) return 'start';
  return (await fails(player.main.life.ops.length)) ? 'end' : undefined;
}
