import type { Catalogue } from '../harness/explore/catalogue.ts';
import { field } from './field/catalogue.ts';
import { textbook } from './textbook/catalogue.ts';

/** The scenarios that come with the command, wherever it is installed: they need nothing but the tester. */
export const builtIn: Catalogue = [...textbook, ...field];
