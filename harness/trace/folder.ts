import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statfsSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Image } from '../disk/image/image.ts';
import type { Ignored } from './ignored.ts';
import type { Scene } from './record.ts';
import { RealTree } from './real-tree.ts';
import { Unfollowed } from './unfollowed.ts';
import { WHEN, writeTree } from './write-tree.ts';

const PREFIX = 'blackout-trace-';
/** A RAM disk with less room than this, in bytes, is no place to work in. */
const ROOM = 256 * 1024 * 1024;

/** Where folders are made: in memory where there is room, since states are written out by the thousand. */
function base(): string {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    if (bavail * bsize >= ROOM) return '/dev/shm';
  } catch {
    // There is none.
  }
  return tmpdir();
}

/** Those that are to be removed when the process, or its thread, ends. */
const open = new Set<Folder>();
process.once('exit', () => {
  for (const folder of open) folder.remove();
});

let swept = false;

/** Removes what processes have left that were killed. */
function sweep(place: string): void {
  if (swept) return;
  swept = true;
  for (const name of readdirSync(place)) {
    const pid = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]);
    if (pid > 0 && !isAlive(pid)) rmSync(join(place, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * A folder of its own for one program: in it the disk, a real directory, and what the program says. It is used for one
 * life after the other, and gone when the process ends.
 */
export class Folder implements Scene {
  /** The real path, no part of which is a symlink. */
  readonly cwd: string;
  readonly disk: string;
  /** For traces, and for what programs say. */
  readonly side: string;
  readonly #tree: RealTree;
  readonly ignored: Ignored;
  /** What the disk is known to hold; undefined if a program may have changed it since. */
  #held: Image | undefined;

  /** @param dir the disk's name in the folder */
  constructor(dir: string, ignored: Ignored) {
    const place = base();
    sweep(place);
    this.cwd = realpathSync(mkdtempSync(join(place, `${PREFIX}${process.pid}-`)));
    this.disk = join(this.cwd, dir);
    this.side = join(this.cwd, '.recorder');
    mkdirSync(this.disk, { recursive: true });
    mkdirSync(this.side);
    this.#tree = new RealTree(this.disk, ignored, 'ours');
    this.ignored = ignored;
    open.add(this);
  }

  /** Makes the disk hold this, whatever it holds now. */
  fill(image: Image): void {
    this.#removeIgnored();
    const held = this.#held ?? this.#readOrEmpty();
    writeTree(this.disk, image, held, this.#tree.stale);
    this.#tree.stale = [];
    for (const path of this.#tree.touched) restore(path);
    this.#held = image.fork();
  }

  /** What the disk holds now. */
  read(): Image {
    this.#held = this.#tree.read();
    return this.#held.fork();
  }

  /** What no disk can hold is removed, with all the rest. */
  #readOrEmpty(): Image {
    try {
      return this.read();
    } catch (error) {
      if (!(error instanceof Unfollowed)) throw error;
      for (const name of readdirSync(this.disk))
        rmSync(join(this.disk, name), { recursive: true, force: true });
      return this.read();
    }
  }

  /** A program gets the disk: what it holds afterwards is not known. */
  lend(): void {
    this.#held = undefined;
  }

  remove(): void {
    open.delete(this);
    rmSync(this.cwd, { recursive: true, force: true });
  }

  /** What is disregarded does not outlive a cut: no recovery may lean on it. */
  #removeIgnored(): void {
    const visit = (path: string): void => {
      for (const entry of readdirSync(this.disk + path, { withFileTypes: true })) {
        const at = `${path}/${entry.name}`;
        if (this.ignored(at)) {
          rmSync(this.disk + at, { recursive: true, force: true });
          this.#tree.stale.push(path === '' ? '/' : path);
        } else if (entry.isDirectory()) visit(at);
      }
    };
    visit('');
  }
}

function restore(path: string): void {
  try {
    utimesSync(path, WHEN, WHEN);
  } catch {
    // It is not among what the disk holds now.
  }
}
