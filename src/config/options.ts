import { CLIENT_OPTIONS } from './client-options.ts';
import { INCLUDE_OPTIONS } from './include-options.ts';
import type { Option } from './option.ts';
import { OTHER_OPTIONS } from './other-options.ts';
import { SCRIPT_OPTIONS } from './script-options.ts';
import { SERVER_OPTIONS } from './server-options.ts';

/** All options of Burp 3.1.4 by name, and what jiggle makes of them. */
export const OPTIONS: ReadonlyMap<string, Option> = new Map(
  [...SERVER_OPTIONS, ...CLIENT_OPTIONS, ...SCRIPT_OPTIONS, ...INCLUDE_OPTIONS, ...OTHER_OPTIONS].map(
    (option) => [option.name, option],
  ),
);
