import type { Catalogue } from '../harness/explore/catalogue.ts';
import { backups } from './backup/catalogue.ts';
import { shared } from './backup/shared-catalogue.ts';
import { overWire } from './backup/wire-catalogue.ts';
import { builtIn } from './built-in.ts';
import { burp } from './burp/catalogue.ts';
import { takeovers } from './burp/takeovers.ts';
import { tester } from './tester/catalogue.ts';

/** Every scenario of this project: `package.json` names this module to the command. */
export const catalogue: Catalogue = [
  ...builtIn,
  ...tester,
  ...backups,
  ...shared,
  ...overWire,
  ...takeovers,
  ...burp,
];
