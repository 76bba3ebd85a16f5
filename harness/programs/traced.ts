import type { LifeRecord, LifeRequest, Program } from './program.ts';
import { userFrames } from './user-frames.ts';

/** A life; one that threw an error without a stack, as those of the disk are, is lived again to say where it came from. */
export async function liveTraced(program: Program, request: LifeRequest): Promise<LifeRecord> {
  const life = await program.live(request);
  if (life.ending.type !== 'threw' || userFrames(life.ending.error) !== undefined) return life;
  const { ending } = await program.live({ ...request, traced: true });
  return ending.type === 'threw' ? { ...life, ending } : life;
}
