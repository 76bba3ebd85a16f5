import { name } from './circle-a.mjs';
export function second() {
  return `second of ${name}`;
}
