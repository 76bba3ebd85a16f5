import type { Core } from '../disk/core/core.ts';
import { resolve as resolveOnDisk } from '../disk/core/walk.ts';
import type { FdArgument } from './arguments.ts';
import { fdOf, textOf } from './arguments.ts';
import type { Ignored } from './ignored.ts';
import { onlyLooks } from './calls.ts';
import { hasFailed, type Call } from './lines.ts';
import { pathOf, Places, type Place } from './places.ts';
import type { Directory, OpenFile, Process, Processes } from './processes.ts';
import { Unfollowed } from './unfollowed.ts';

/** What a life learns of the disk that it found, for whoever wants to know what its course depends on. */
export interface Learning {
  /** It asked for a name in a directory. */
  entry(dir: number, name: string): void;
  /** It could see all of a file, or a link's target. */
  inode(ino: number): void;
  /** It could see what stat(2) tells: of a file size, mode and names, not what it holds. */
  look(ino: number): void;
  /** It could see which names a directory holds, or whether it holds any. */
  listing(ino: number): void;
  /** What a call did, or said, hangs on whether two names lead to one file. */
  same(one: number, other: number): void;
  /** It asked for something that no tree holds: how much room there is, say. */
  other(): void;
}

const NOTHING: Learning = { entry() {}, inode() {}, look() {}, listing() {}, same() {}, other() {} };

export interface Recorded {
  /** The simulated disk, as it was when the program began. */
  readonly core: Core;
  /** Where the disk really is. */
  readonly root: string;
  readonly ignored: Ignored;
  /** Told of what the program writes to its output, in order. */
  readonly said: (text: string) => void;
  readonly learning?: Learning;
  /** When the program began, in milliseconds since 1970: what others changed later can't be read any more. */
  readonly since: number;
}

/** One recorded life while its calls are made once more, on the simulated disk. */
export class RecordedLife {
  readonly core: Core;
  readonly root: string;
  readonly said: (text: string) => void;
  readonly learning: Learning;
  readonly places: Places;
  readonly since: number;
  /** All threads; known once the first of them is. */
  processes: Processes | undefined = undefined;
  /** The inodes of files that were looked at since they were mapped, by what the trace calls them. */
  readonly mapped = new Map<string, number>();

  constructor({ core, root, ignored, said, learning, since }: Recorded) {
    this.core = core;
    this.root = root;
    this.said = said;
    this.since = since;
    this.learning = learning ?? NOTHING;
    this.places = new Places(root, core.image, ignored, (dir, name) => this.learning.entry(dir, name));
  }

  /** The path of a `...at` call, or, without a descriptor, of one that begins where the process stands. */
  place(process: Process, call: Call, path: string, follow: boolean, at?: string): Place {
    const place = this.places.find(this.#start(process, call, at), textOf(path), follow);
    if (place.type === 'hidden') this.#hidden(call, place.path);
    return place;
  }

  /** What a path through another process' directories leads to, no record says: it may be anything on the disk. */
  #hidden(call: Call, path: string): void {
    this.learning.other();
    if (!onlyLooks(call.name) && !hasFailed(call))
      this.refuse(call, path, 'it leads through /proc, which is not followed');
  }

  #start(process: Process, call: Call, at: string | undefined): Directory {
    if (at === undefined) return process.standing.cwd;
    const argument = fdOf(at);
    if (argument.fd === undefined) return process.standing.cwd;
    const file = process.descriptors.get(argument.fd);
    if (file?.kind === 'disk') return { ino: file.ino };
    this.demandKnown(call, argument);
    return { path: file?.path ?? argument.path ?? '/' };
  }

  /** The open file of the disk that a descriptor leads to; undefined if it leads elsewhere. */
  file(process: Process, call: Call, argument: string): OpenFile | undefined {
    const decoded = fdOf(argument);
    const file = decoded.fd === undefined ? undefined : process.descriptors.get(decoded.fd);
    if (file?.kind === 'disk') return file;
    this.demandKnown(call, decoded, file);
    return undefined;
  }

  /** A descriptor of the disk that nobody was seen to open came by a way that is not recorded. */
  demandKnown(call: Call, { path }: FdArgument, file?: OpenFile): void {
    if (path === undefined || !this.isOnDisk(path) || file !== undefined) return;
    this.refuse(call, path, 'its descriptor came by a way that is not recorded');
  }

  isOnDisk(path: string): boolean {
    return path === this.root || path.startsWith(`${this.root}/`);
  }

  /** The path on the disk of a real one. */
  shown(path: string): string {
    return this.isOnDisk(path) ? path.slice(this.root.length) || '/' : path;
  }

  /** A name that an inode has now, for people to read. */
  pathNow(ino: number): string {
    return pathOf(this.core.image, ino) ?? `inode ${ino}, without a name`;
  }

  inodeAt(path: string): number {
    return resolveOnDisk(this.core.image, path, false);
  }

  refuse(call: Pick<Call, 'name'>, path: string, why: string): never {
    throw new Unfollowed(`${call.name} of ${this.shown(path)}: ${why}`);
  }

  /** What is neither on the disk nor disregarded moves in from outside or out of it. */
  demandSame(call: Call, from: Place, to: Place): void {
    const types = [from.type, to.type];
    if (types[0] === types[1] || !types.includes('disk')) return;
    const which = from.type === 'disk' ? from : to;
    const other = from.type === 'disk' ? to : from;
    const why =
      other.type === 'ignored'
        ? 'the other name is one to be disregarded'
        : 'the other name is not on the disk';
    this.refuse(call, which.type === 'disk' ? which.path : '', why);
  }
}
