import { second } from './circle-b.mjs';
export function first() {
  return second();
}
export const name = 'a';
