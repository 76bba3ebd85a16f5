import { execFileSync } from 'node:child_process';
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
const SIDE = '.recorder';
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
  readonly place: string;
  /** The disk, as the tester reaches it. */
  readonly here: string;
  /** The folder by the name that its programs know, and its disk. */
  readonly cwd: string;
  readonly disk: string;
  /** For traces, and for what programs say. */
  readonly side: string;
  readonly #tree: RealTree;
  readonly ignored: Ignored;
  /** What the disk is known to hold; undefined if a program may have changed it since. */
  #held: Image | undefined;

  /**
   * @param dir the disk's name in the folder
   * @param as the folder whose place this one takes for its programs; its own, if nothing is said
   */
  constructor(dir: string, ignored: Ignored, as?: Folder) {
    const parent = base();
    sweep(parent);
    this.place = realpathSync(mkdtempSync(join(parent, `${PREFIX}${process.pid}-`)));
    this.here = join(this.place, dir);
    this.cwd = as?.cwd ?? this.place;
    this.disk = join(this.cwd, dir);
    this.side = join(this.place, SIDE);
    mkdirSync(this.here, { recursive: true });
    mkdirSync(this.side);
    this.#tree = new RealTree(this.here, ignored, 'ours');
    this.ignored = ignored;
    open.add(this);
  }

  /** Makes the disk hold this, whatever it holds now. */
  fill(image: Image): void {
    this.#removeIgnored();
    const held = this.#held ?? this.#readOrEmpty();
    writeTree(this.here, image, held, this.#tree.stale);
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
      for (const name of readdirSync(this.here))
        rmSync(join(this.here, name), { recursive: true, force: true });
      return this.read();
    }
  }

  /** What lies beside the disk becomes what lies beside another's: what `setup` has put there, say. */
  surroundedLike({ place, here }: Folder): void {
    const names = readdirSync(place).filter((name) => name !== SIDE && join(place, name) !== here);
    if (names.length === 0) return;
    // A copy of sockets and pipes, too, which Node's own does not make.
    execFileSync('cp', ['-a', '--', ...names.map((name) => join(place, name)), this.place]);
  }

  /** A program gets the disk: what it holds afterwards is not known. */
  lend(): void {
    this.#held = undefined;
  }

  remove(): void {
    open.delete(this);
    rmSync(this.place, { recursive: true, force: true });
  }

  /** What is disregarded does not outlive a cut: no recovery may lean on it. */
  #removeIgnored(): void {
    const visit = (path: string): void => {
      for (const entry of readdirSync(this.here + path, { withFileTypes: true })) {
        const at = `${path}/${entry.name}`;
        if (this.ignored(at)) {
          rmSync(this.here + at, { recursive: true, force: true });
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
