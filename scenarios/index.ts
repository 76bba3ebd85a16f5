import type { Catalogue } from '../harness/explore/catalogue.ts';
import { textbook } from './textbook/catalogue.ts';

/** Every scenario that comes with Blackout. */
export const catalogue: Catalogue = [...textbook];
