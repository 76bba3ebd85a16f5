import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { PAGE_SIZE } from '../disk/image/types.ts';
import { fdOf, splitArguments } from './arguments.ts';
import type { Ignored } from './ignored.ts';
import { LINE, RESUMED, UNFINISHED, type Call, type SeenPage, type Trace } from './lines.ts';

interface Watched {
  readonly fd: number;
  seen: Buffer;
}

/** What was found out while a thread stood still, after the last call before this line of the trace. */
interface Sight {
  readonly pid: number;
  readonly at: number;
  /** The call itself wrote to a watched file: what else is found there came after it, as far as anybody knows. */
  readonly afterIt: boolean;
  readonly pages: readonly SeenPage[];
  /** The call has mapped this file. */
  readonly file?: string;
}

const SENT = /^--- SIGSTOP \{.*\bsi_code=SI_KERNEL\b/;
const WRITES = /^(?:write|pwrite64|writev|pwritev2?|ftruncate)$/;

/**
 * The files of the disk that a program has mapped to be shared. What is stored through memory makes no call; but the
 * kernel shows one content of a file to all. So the program stands still after each call that matters (strace sends it
 * SIGSTOP), and the recorder reads these files, by descriptors of its own, which outlive names and processes. Of the
 * thread that stands still, nothing can have been stored since the call.
 */
export class MappedFiles {
  readonly #root: string;
  readonly #ignored: Ignored;
  readonly #files = new Map<string, Watched>();
  readonly #sights: Sight[] = [];
  /** By thread: its last call, or the beginning of one that has not come back. */
  readonly #calls = new Map<number, string>();
  /** Threads that strace has sent the signal, and which have not stopped yet. */
  readonly #sent = new Set<number>();
  #at = 0;

  constructor(root: string, ignored: Ignored) {
    this.#root = root;
    this.#ignored = ignored;
  }

  /** Takes the next line of the trace. Returns the thread that stands still now after its call, and was looked at. */
  hear(line: string): number | undefined {
    this.#at++;
    const [, id, rest] = LINE.exec(line) ?? [];
    if (rest === undefined) return undefined;
    const pid = Number(id);
    if (SENT.test(rest)) this.#sent.add(pid);
    // The other threads of its process are stopped with it, wherever they are: this says nothing of their last call.
    if (rest.startsWith('--- stopped by SIGSTOP')) {
      if (!this.#sent.delete(pid)) return undefined;
      this.#look(pid);
      return pid;
    }
    if (rest.startsWith('--- ') || rest.startsWith('+++ ')) return undefined;
    const resumed = RESUMED.exec(rest)?.[0];
    if (resumed === undefined) this.#calls.set(pid, rest);
    else
      this.#calls.set(pid, (this.#calls.get(pid) ?? '').replace(UNFINISHED, '') + rest.slice(resumed.length));
    return undefined;
  }

  /** The trace with what was found out, once the program has ended. */
  addTo(trace: Trace): Trace {
    this.#at++;
    const last = trace.calls.at(-1);
    if (last !== undefined)
      this.#sights.push({ pid: last.pid, at: this.#at, afterIt: true, pages: this.#changed() });
    const calls = [...trace.calls];
    for (const sight of this.#sights) {
      const found = calls.findLastIndex(({ pid, left }) => pid === sight.pid && left < sight.at);
      if (found < 0) continue;
      const call = calls[found]!;
      if (sight.file !== undefined) calls[found] = { ...call, mapped: sight.file };
      if (sight.pages.length > 0) calls.splice(found + (sight.afterIt ? 1 : 0), 0, seenBy(call, sight));
    }
    return { ...trace, calls };
  }

  close(): void {
    for (const { fd } of this.#files.values()) closeSync(fd);
    this.#files.clear();
  }

  #look(pid: number): void {
    const text = this.#calls.get(pid) ?? '';
    const name = text.slice(0, text.indexOf('('));
    const args = splitArguments(
      text
        .slice(name.length + 1, text.lastIndexOf(' = '))
        .trimEnd()
        .replace(/\)$/, ''),
    );
    const file = name === 'mmap' ? this.#mapped(pid, args) : undefined;
    const afterIt = name === 'truncate' || (WRITES.test(name) && this.#isWatched(pid, args[0] ?? ''));
    const pages = this.#changed();
    if (pages.length > 0 || file !== undefined)
      this.#sights.push({ pid, at: this.#at, afterIt, pages, ...(file === undefined ? {} : { file }) });
  }

  /** The file that a call has mapped to be shared, watched from now on; undefined if it is none of the disk. */
  #mapped(pid: number, [, , , flags = '', argument = '']: readonly string[]): string | undefined {
    if (!flags.startsWith('MAP_SHARED')) return undefined;
    const { fd, path } = fdOf(argument);
    if (path === undefined || !path.startsWith(`${this.#root}/`)) return undefined;
    if (this.#ignored(path.slice(this.#root.length))) return undefined;
    try {
      const own = openSync(`/proc/${pid}/fd/${fd}`, 'r');
      const key = keyOf(fstatSync(own, { bigint: true }));
      if (this.#files.has(key)) closeSync(own);
      else this.#files.set(key, { fd: own, seen: contentOf(own) });
      return key;
    } catch {
      return undefined; // Nobody may read it, or another thread has closed it: then the mapping is refused.
    }
  }

  #isWatched(pid: number, argument: string): boolean {
    try {
      return this.#files.has(keyOf(statSync(`/proc/${pid}/fd/${fdOf(argument).fd}`, { bigint: true })));
    } catch {
      return false;
    }
  }

  /** The pages that differ from when they were looked at before. */
  #changed(): readonly SeenPage[] {
    const pages: SeenPage[] = [];
    for (const [file, watched] of this.#files) {
      const { seen } = watched;
      const now = contentOf(watched.fd);
      watched.seen = now;
      if (now.equals(seen)) continue;
      for (let index = 0; index * PAGE_SIZE < now.length; index++) {
        const bytes = pageOf(now, index);
        if (!bytes.equals(pageOf(seen, index))) pages.push({ file, index, bytes });
      }
    }
    return pages;
  }
}

function seenBy({ pid, entered, left }: Call, { pages }: Sight): Call {
  return { pid, name: 'looked', args: '', result: '0', entered, left, pages };
}

function keyOf({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string {
  return `${dev}:${ino}`;
}

function pageOf(content: Buffer, index: number): Buffer {
  return content.subarray(index * PAGE_SIZE, (index + 1) * PAGE_SIZE);
}

function contentOf(fd: number): Buffer {
  const content = Buffer.alloc(fstatSync(fd).size);
  let length = 0;
  for (let got = 1; got > 0 && length < content.length; length += got)
    got = readSync(fd, content, length, content.length - length, length);
  return content.subarray(0, length);
}
