import { ROOT } from '../backup/world.ts';

/** Burp's names, by path. The twin has names of its own: jiggle may change its layout, Burp 3.1.4 does not. */
export const WORKING = `${ROOT}/working`;
export const FINISHING = `${ROOT}/finishing`;
export const CURRENT = `${ROOT}/current`;
export const TRASH = `${ROOT}/deleteme`;

/** Inside `working`: what phases 1 to 3 write. */
export const SCAN = `${WORKING}/phase1.gz`;
export const CHANGED = `${WORKING}/changed`;
export const UNCHANGED = `${WORKING}/unchanged`;
export const DELTA_TMP = `${WORKING}/deltmppath`;

/** Inside `finishing`: what phase 4 works on. */
export const MANIFEST = `${FINISHING}/manifest.gz`;
export const DELETIONS = `${FINISHING}/deletions`;
export const DATA = `${FINISHING}/data`;
export const RECEIVED = `${FINISHING}/data.tmp`;
export const FORWARD = `${FINISHING}/deltas.forward`;
/** Where the old file is unpacked to be patched, or hard-linked if it is not packed. */
export const INFLATE = `${FORWARD}/inflate`;
export const DUPLICATE = `${FINISHING}/currentdup`;
/** The old file's place in the duplicate, which becomes the previous backup. */
export const OLD_DATA = `${DUPLICATE}/data`;
export const REVERSE = `${DUPLICATE}/deltas.reverse`;
export const SIGNATURE = `${DUPLICATE}/sig.tmp`;

/** Beside a file, while it is written. */
export const TMP = '.tmp';
