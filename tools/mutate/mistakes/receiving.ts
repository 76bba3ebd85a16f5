import type { Mistake } from './mistake.ts';

export const RECEIVING: readonly Mistake[] = [];
