import type { Op } from '../journal.ts';

/** An op that is about to be committed, without its index. */
export type Draft = { -readonly [Field in keyof Op]: Op[Field] };
