import type { Catalogue, OwnPlan } from '../../harness/explore/catalogue.ts';
import { andBelow, models } from '../../harness/index.ts';
import { shortWrite, swallowedError } from './full-disk.ts';
import { moved } from './moved.ts';
import { pair } from './pair.ts';
import { seenRename } from './seen-rename.ts';
import { tidy } from './tidy.ts';

/** A rename under alice may leave neither name, and an unlink an empty file. */
const mendedBreaksUnder = ['alice'];

const everywhere = models.map(({ name }) => name);
const KILLS: OwnPlan = { deaths: ['cut', 'kill'] };
const ORDERS: OwnPlan = { orders: 1 };

/** Mistakes of the same kinds as the bugs from the field: what those have in common is what must be caught. */
export const neighbours: Catalogue = [
  ...pair(
    seenRename('seen-rename', 'after a restart, a name that is not durable is built on', false),
    seenRename('seen-rename-synced', 'after a restart, a name is made durable, and then built on', true),
    { plan: KILLS, breaksUnder: andBelow('btrfs', 'posix') },
  ),
  ...pair(
    swallowedError('swallowed-error', 'a write that failed is logged, and its file published', false),
    swallowedError('stopped-by-error', 'a write that failed ends the replacement', true),
    { plan: { faults: ['enospc', 'eio'] }, breaksUnder: everywhere, mendedBreaksUnder },
  ),
  ...pair(
    shortWrite('short-write', 'a record of which only a part was written is promised', false),
    shortWrite('short-write-finished', 'the rest of a record is written, too', true),
    { plan: { faults: ['short'], faultCount: 2 }, breaksUnder: everywhere },
  ),
  ...pair(
    tidy('tidy-early', 'temporary files are removed while one of them is in use', false),
    tidy('tidy-first', 'temporary files are removed before there is a new one', true),
    { plan: ORDERS, breaksUnder: everywhere, mendedBreaksUnder },
  ),
  ...pair(
    moved('moved', 'a file is copied to another disk and removed here', false),
    moved('moved-synced', 'the copy on the other disk is durable before the original goes', true),
    { breaksUnder: andBelow('sequential'), mendedBreaksUnder },
  ),
];
