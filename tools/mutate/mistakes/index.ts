import type { Mistake } from './mistake.ts';
import { RECEIVING } from './receiving.ts';

export const MISTAKES: readonly Mistake[] = [...RECEIVING];
