import { type Frame, FrameParser } from '../frame.ts';

/** Numbers that look random and are the same for the same seed: xorshift, 32 bits. */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = (seed ^ 0x9e3779b9) >>> 0 || 1;
    for (let round = 0; round < 8; round++) this.next();
  }

  /** From 0 to before `count`. */
  below(count: number): number {
    return this.next() % count;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  private next(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x >>> 0;
    return this.state;
  }
}

const LETTERS = 'crfydlLsmnkvVuUtaxiwpebq\0\xff '.split('');
const HOSTILE = [
  '',
  '/',
  '..',
  '/..',
  '/../../outside',
  '/a/../../../outside',
  '../outside',
  '/a//b',
  '/./a',
  '/a\0b',
  '/a\n../b',
  `/${'x'.repeat(300)}`,
  `/${'y/'.repeat(3000)}z`,
  '/working',
  '/current',
  '/manifest.gz',
  't/../../outside',
  'backupphase1',
  'backupphase1timed',
  'backupphase2',
  'okbackupphase2end',
  'restore a:',
  'restore 1:((((a*)*)*)*)*$',
  'restore restore_list 1:',
  'verify 99999999999999999999:',
  'list a:.',
  'listb 1:/..',
  'diff 1:2',
  'Delete 1',
  'restoreend ok',
  'extra_comms_end',
  'incexc',
  'orig_client=other',
  'orig_client=../other',
  'csr',
  '-1:00000000000000000000000000000000',
  '9007199254740991:d41d8cd98f00b204e9800998ecf8427e',
  '0:d41d8cd98f00b204e9800998ecf8427e',
  'A A A A A A A //////////// A A A A A A A A A A A',
  'P4A IsNf IGk B A A A BJPg BAA JQ BrA7H3 BrA7H3 BrA7H3 A A J A A A',
];

type Mutation = (frames: Frame[], dice: Dice, others: readonly (readonly Frame[])[]) => void;

const MUTATIONS: readonly Mutation[] = [
  (frames, dice) => void frames.splice(dice.below(frames.length), 1 + dice.below(3)),
  (frames, dice) => {
    const at = dice.below(frames.length);
    frames.splice(dice.below(frames.length), 0, ...frames.slice(at, at + 1 + dice.below(4)));
  },
  (frames, dice) => {
    const [a, b] = [dice.below(frames.length), dice.below(frames.length)];
    [frames[a], frames[b]] = [frames[b]!, frames[a]!];
  },
  (frames, dice) => change(frames, dice, ({ payload }) => ({ letter: dice.pick(LETTERS), payload })),
  (frames, dice) =>
    change(frames, dice, ({ letter }) => ({ letter, payload: Buffer.from(dice.pick(HOSTILE), 'latin1') })),
  (frames, dice) =>
    change(frames, dice, ({ letter, payload }) => ({ letter, payload: flipped(payload, dice) })),
  (frames, dice) =>
    change(frames, dice, ({ letter, payload }) => ({
      letter,
      payload: payload.subarray(0, dice.below(payload.length + 1)),
    })),
  (frames, dice) => {
    const payload = Buffer.from(dice.pick(HOSTILE), 'latin1');
    frames.splice(dice.below(frames.length + 1), 0, { letter: dice.pick(LETTERS), payload });
  },
  (frames, dice, others) => {
    const other = dice.pick(others);
    const at = dice.below(other.length);
    frames.splice(dice.below(frames.length), 0, ...other.slice(at, at + 1 + dice.below(8)));
  },
  (frames, dice, others) => {
    // The head of one conversation and the tail of another.
    const other = dice.pick(others);
    frames.splice(dice.below(frames.length), frames.length, ...other.slice(dice.below(other.length)));
  },
];

/**
 * A conversation's client half, damaged in a few places, and perhaps cut short or torn within a frame. Mostly what comes
 * up to the action is left as it is: little of the server is behind a damaged greeting.
 */
export function mutated(
  frames: readonly Frame[],
  others: readonly (readonly Frame[])[],
  dice: Dice,
): { readonly bytes: Buffer; readonly frames: number } {
  const action = frames.findIndex(({ payload }) => payload.equals(LAST_GREETING)) + 1;
  const kept = [0, action, action + 1, action + 1, action + 1][dice.below(5)]!;
  const changed = frames.slice(kept);
  if (changed.length === 0) changed.push({ letter: 'c', payload: Buffer.from(dice.pick(HOSTILE), 'latin1') });
  for (let count = 1 + dice.below(4); count > 0 && changed.length > 0; count--)
    dice.pick(MUTATIONS)(changed, dice, others);
  const bytes = Buffer.concat(changed.map((frame) => raw(frame)));
  const torn = dice.below(4) === 0 ? flipped(bytes, dice) : bytes;
  const cut = dice.below(3) === 0 ? torn.subarray(0, dice.below(torn.length + 1)) : torn;
  const head = frames.slice(0, kept).map((frame) => raw(frame));
  return { bytes: Buffer.concat([...head, cut]), frames: changed.length };
}

const LAST_GREETING = Buffer.from('extra_comms_end');

/** The frames of a client's half that is well-formed but for its end. */
export function wholeFrames(bytes: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  new FrameParser().push(bytes, frames);
  return frames;
}

function change(frames: Frame[], dice: Dice, by: (frame: Frame) => Frame): void {
  const at = dice.below(frames.length);
  frames[at] = by(frames[at]!);
}

function flipped(bytes: Buffer, dice: Dice): Buffer {
  const copy = Buffer.from(bytes);
  if (copy.length > 0) copy[dice.below(copy.length)]! ^= 1 << dice.below(8);
  return copy;
}

/** Unlike the real one, this also makes frames that may not be. */
function raw({ letter, payload }: Frame): Buffer {
  const length = payload.length.toString(16).toUpperCase().padStart(4, '0').slice(-4);
  return Buffer.concat([Buffer.from(letter + length, 'latin1'), payload]);
}
