import type { Catalogue } from '../harness/explore/catalogue.ts';
import { backups } from './backup/catalogue.ts';
import { overWire } from './backup/wire-catalogue.ts';
import { burp } from './burp/catalogue.ts';
import { takeovers } from './burp/takeovers.ts';
import { textbook } from './textbook/catalogue.ts';

/** Every scenario that comes with Blackout. */
export const catalogue: Catalogue = [...textbook, ...backups, ...overWire, ...takeovers, ...burp];
