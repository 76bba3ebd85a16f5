import type { Image } from '../disk/image/image.ts';
import type { Conditions } from '../explore/conditions.ts';
import { describeOp } from '../explore/describe.ts';
import type { Player, Replay } from '../explore/replay.ts';
import type { LifeRecord } from '../programs/program.ts';
import { positionText } from '../../reports/place-text.ts';
import { escapeText } from '../../reports/text.ts';
import { BadArgument } from '../runs/bad-argument.ts';
import type { DebugAddress, Io } from './io.ts';

/** Waits for a debugger. @throws BadArgument if none can attach itself */
export async function attach(address: DebugAddress, io: Io): Promise<void> {
  const where = `${address.host}:${address.port}`;
  const why = io.attachDebugger ? await io.attachDebugger(address) : 'there is no way to here';
  if (why !== undefined) throw new BadArgument(`--debug: no debugger can attach at ${where}: ${why}`);
}

/** A place in a story at which to stop. */
interface Spot {
  readonly name: string;
  readonly life: LifeRecord;
  /** The disk that the life began on; undefined for the main life. */
  readonly crash: Image | undefined;
  readonly conditions: Conditions | undefined;
  readonly op: number;
  readonly fate: string;
}

/**
 * `repro --debug`: lives each life of a story once more, and stops the debugger where the program makes the last call
 * before the cut; and in the last recovery, which is not cut, at its first call.
 */
export async function debugStory(player: Player, replay: Replay, io: Io): Promise<void> {
  for (const spot of spotsOf(replay)) await stopAt(spot, player, io);
}

function spotsOf({ lives, recovery, schedule }: Replay): readonly Spot[] {
  const cut = lives.map(({ life, cut: { at, kill, conditions } }, i): Spot => {
    const what = kill ? 'the process is killed' : 'the power goes off';
    return {
      name: i === 0 ? 'the main life' : `recovery ${i}`,
      life,
      crash: lives[i - 1]?.crash,
      conditions,
      op: Math.max(at, 1),
      fate: at === 0 ? `${what} before it` : `${what} right after it`,
    };
  });
  const last: Spot = {
    name: lives.length === 0 ? 'the main life' : 'the last recovery',
    life: recovery,
    crash: lives.at(-1)?.crash,
    conditions: schedule.last,
    op: 1,
    fate: 'its first op; it is not cut',
  };
  return [...cut, last].filter(({ life, op }) => life.ops.length >= op);
}

async function stopAt(spot: Spot, player: Player, io: Io): Promise<void> {
  const { name, life, crash, conditions, op, fate } = spot;
  const noted = await player.liveAgain(crash, conditions, { placed: { from: op, to: op } });
  const [place] = noted.places?.get(op) ?? [];
  const what = escapeText(describeOp(life.ops[op - 1]!));
  if (!place) {
    io.stderr.write(`blackout: no line of JavaScript is known that makes op ${op} of ${name}, ${what}\n`);
    return;
  }
  const where = escapeText(positionText(place));
  const stop = (): void => {
    io.stderr.write(`blackout: stopped in ${name} at op ${op}, ${what} (${where}): ${fate}\n`);
    stopHere();
  };
  await player.liveAgain(crash, conditions, { stopped: { op, asked: noted.asked?.get(op), stop } });
}

/** Step out of it, into your program. */
function stopHere(): void {
  // eslint-disable-next-line no-debugger
  debugger;
}
