import type { Op } from '../disk/journal.ts';
import type { LifeRecord } from '../programs/program.ts';
import type { Finding } from '../programs/scenario.ts';

/** Where two runs of one life on one disk part, as a finding; undefined if they are the same. */
export function parted(first: LifeRecord, second: LifeRecord): Finding | undefined {
  const length = Math.max(first.ops.length, second.ops.length);
  for (let i = 0; i < length; i++) {
    const [one, other] = [describeOp(first.ops[i]), describeOp(second.ops[i])];
    if (one !== other) return finding(`op ${i + 1} is ${one} in one run and ${other} in the next`);
    if (contentOf(first.ops[i]) !== contentOf(second.ops[i])) {
      return finding(`op ${i + 1}, ${one}, writes one thing in one run and another in the next`);
    }
  }
  if (first.ending.type !== second.ending.type) {
    return finding(`one run ${ENDINGS[first.ending.type]} and the next ${ENDINGS[second.ending.type]}`);
  }
  const promises = [first, second].map((life) => JSON.stringify(life.acknowledged));
  if (promises[0] !== promises[1]) return finding('the two runs acknowledge different things');
  const [one, other] = [first.image.hash, second.image.hash];
  const same = one.a === other.a && one.b === other.b && one.c === other.c && one.d === other.d;
  return same ? undefined : finding('the two runs do the same ops and write different data');
}

const ENDINGS = { ended: 'ends', threw: 'throws', 'never ended': 'never ends' } as const;

/**
 * What an op puts on the disk. The disk at the end does not tell: what was written and then removed is in crash states
 * all the same.
 */
function contentOf(op: Op | undefined): string {
  const changes = op?.changes.map((change) => {
    if (change.type !== 'page') return change;
    const { ino, index, page } = change;
    return [ino, index, page && [page.a, page.b, page.c, page.d]];
  });
  return JSON.stringify([op?.birth?.inode.mode, changes]);
}

/** That two runs on one disk say different things, as a finding. */
export function unsteady(part: string, one: string, other: string): Finding {
  return finding(`${part} says "${one}" in one run and "${other}" in the next`);
}

function finding(difference: string): Finding {
  return {
    invariant: 'the program is deterministic',
    message: `two runs on the same disk differ: ${difference}; what is up to chance or time must come from \`random\` and \`clock\`, which every life is given`,
  };
}

function describeOp(op: Op | undefined): string {
  if (!op) return 'nothing';
  const range = op.length === undefined ? '' : ` [${op.offset ?? 0}, +${op.length}]`;
  return `${op.kind} ${op.path}${op.to === undefined ? '' : ` -> ${op.to}`}${range}`;
}
