import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, parse, relative, resolve } from 'node:path';
import { escapeText } from '../../reports/text.ts';
import { Image } from '../disk/image/image.ts';
import { ROOT_INO } from '../disk/image/types.ts';
import { BadArgument } from '../runs/bad-argument.ts';
import { writeTree } from '../trace/write-tree.ts';
import { scenarioText, type Traced } from './trace-scenario.ts';

/** Where a scenario is to be written. */
export interface Target {
  readonly file: string;
  readonly name: string;
  /** The folder beside it for the disk as it was before; undefined if that held nothing. */
  readonly before: string | undefined;
}

/**
 * Sees whether a scenario can be written there.
 *
 * @param shown as it was asked for, relative to `cwd`
 * @param boot the disk before the program runs
 * @throws BadArgument if something is there already, or nothing can be written there
 */
export function targetAt(cwd: string, shown: string, boot: Image): Target {
  const wrong = (why: string): BadArgument => new BadArgument(`--write ${shown}: ${why}`);
  const file = resolve(cwd, shown);
  const { name: base, ext } = parse(file);
  if (!/^\.[cm]?[jt]s$/.test(ext)) throw wrong('a scenario is a module: name it as ./name.blackout.mjs');
  if (existsSync(file)) throw wrong('it is there already');
  const folder = dirname(file);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw wrong('there is no such directory');
  try {
    // No question of rights says what a file system grants.
    writeFileSync(file, '', { flag: 'wx' });
    rmSync(file);
  } catch {
    throw wrong('nothing can be written in its directory');
  }
  const name = base.replace(/\.blackout$/, '');
  const before = isEmpty(boot) ? undefined : `${name}.before`;
  if (before !== undefined && existsSync(join(folder, before)))
    throw wrong(`${before}, for the disk as it is before, is there already`);
  return { file, name, before };
}

function isEmpty(image: Image): boolean {
  const root = image.inode(ROOT_INO);
  return root?.kind === 'dir' && root.entries.size === 0;
}

/** Writes a scenario to go on from. Returns what to say of it. */
export function writeScenario(
  { file, name, before }: Target,
  what: Omit<Traced, 'name' | 'before'>,
  boot: Image,
  cwd: string,
): string {
  if (before !== undefined) {
    const folder = join(dirname(file), before);
    mkdirSync(folder);
    writeTree(folder, boot, Image.empty());
  }
  const text = scenarioText({ ...what, name, ...(before === undefined ? {} : { before }) });
  writeFileSync(file, text, { flag: 'wx' });
  const also = before === undefined ? '' : `, and ${before}, the disk as it was before`;
  return `wrote ${escapeText(relative(cwd, file) + also)}: say in it how to check a disk\n`;
}
