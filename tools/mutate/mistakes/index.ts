import { DURABILITY } from './durability.ts';
import type { Mistake } from './mistake.ts';
import { ORDER } from './order.ts';
import { RECEIVING } from './receiving.ts';
import { RECOVERY } from './recovery.ts';

export const MISTAKES: readonly Mistake[] = [...DURABILITY, ...ORDER, ...RECOVERY, ...RECEIVING];
