import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Upgrade } from '../protocol/ports.ts';
import { codeOf } from '../storage/errors.ts';
import type { Log } from '../ports/log.ts';

/** Bytes: the whole of it is in memory for a moment. Burp's own packages have less than 10 MiB. */
const LARGEST = 64 << 20;

/**
 * What a client of another system is upgraded with, as Burp has it: `<os>/<version>/package` in the directory, and the
 * script that installs it, beside it or in `<os>`. Undefined, after a word in the log, if one of them is not there.
 */
export async function findUpgrade(
  directory: string,
  system: string,
  version: string,
  log: Log,
): Promise<Upgrade | undefined> {
  const ofSystem = join(directory, plain(system));
  const ofVersion = join(ofSystem, version);
  try {
    const script = (await read(join(ofVersion, 'script'))) ?? (await read(join(ofSystem, 'script')));
    const installed = script && (await read(join(ofVersion, 'package')));
    if (script && installed) return { script, package: installed };
    const missing = script ? `${ofVersion}/package` : `${ofSystem}/script`;
    log.info(`the client would be upgraded, but there is no ${missing}`);
  } catch (error) {
    log.warn(`the client can't be upgraded: ${error instanceof Error ? error.message : String(error)}`);
  }
  return undefined;
}

/** What a client calls its system must not lead anywhere else. */
function plain(system: string): string {
  const name = Buffer.from(system, 'latin1')
    .toString()
    .replaceAll(/[/\\:\0]/g, '-');
  return /^\.*$/.test(name) ? '-' : name;
}

async function read(path: string): Promise<Uint8Array | undefined> {
  const file = await open(path).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  });
  if (!file) return undefined;
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new Error(`${path} is not a regular file`);
    if (stat.size > LARGEST) throw new Error(`${path} has more than ${LARGEST >> 20} MiB`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}
