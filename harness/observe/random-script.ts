import { isRunnable } from '../disk/script-life.ts';
import type { Script, ScriptOp } from '../disk/script.ts';
import type { Choices } from '../persistence/choices.ts';

/** Of files and of writes, in bytes: of one to three pages, at their ends and inside them. */
const SIZES = [100, 808, 1000, 1904, 3000, 4096, 5000, 6000, 8192, 9000, 12_288];
const OFFSETS = [0, 0, 500, 1000, 4096, 5000, 8192, 20_000];
const FOLDERS = ['', '', 'd/', 'e/'];
const FILES = ['f', 'g', 'h', 'i', 'x'];
const PLACES = ['d', 'e', 'm', 'n'];

/**
 * A workload that nobody has chosen: a few durable files and directories, and two to five things that are done to them,
 * four to nine ops as a rule. It runs on the simulated disk, so it does on a real one.
 */
export function randomScript(choices: Choices): Script {
  const draw = new Draw(choices);
  const setup = draw.several(choices.choose(5), { setup: [], ops: [] }, 'setup').setup;
  return draw.several(2 + choices.choose(4), { setup, ops: [] }, 'ops');
}

class Draw {
  readonly #choices: Choices;
  #letter = 0;

  constructor(choices: Choices) {
    this.#choices = choices;
  }

  several(count: number, start: Script, where: 'setup' | 'ops'): Script {
    let script = start;
    for (let i = 0; i < count; i++) script = this.#longer(script, where);
    return script;
  }

  /** The script with one thing more that works. There is always one: a new file can be made. */
  #longer(script: Script, where: 'setup' | 'ops'): Script {
    for (;;) {
      const more = where === 'setup' ? this.#made() : this.#done();
      const longer = { ...script, [where]: [...script[where], ...more] };
      if (isRunnable(longer)) return longer;
    }
  }

  #made(): readonly ScriptOp[] {
    switch (this.#choices.choose(5)) {
      case 0:
        return [{ op: 'mkdir', path: this.#of(['d', 'e']) }];
      case 1:
        return [{ op: 'link', from: this.#file(), to: this.#file() }];
      default:
        return file(this.#file(), 'O_WRONLY|O_CREAT|O_EXCL', [
          { op: 'pwrite', fd: 'h', data: ['o', this.#of(SIZES)], offset: 0 },
        ]);
    }
  }

  #done(): readonly ScriptOp[] {
    switch (this.#choices.choose(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
        return this.#written();
      case 5:
        return [{ op: 'truncate', path: this.#file(), size: this.#of([0, ...SIZES]) }];
      case 6:
        return [{ op: 'mkdir', path: this.#of(FOLDERS) + this.#of(PLACES) }];
      case 7:
        return [{ op: 'unlink', path: this.#file() }];
      case 8:
      case 9:
      case 10:
        return [{ op: 'rename', from: this.#file(), to: this.#file() }];
      case 11:
        return [{ op: 'rename', from: this.#of(PLACES), to: this.#of(PLACES) }];
      case 12:
        return [{ op: 'link', from: this.#file(), to: this.#file() }];
      case 13:
        return [{ op: this.#of(['rmdir', 'unlink']), path: this.#of([...PLACES, ...FILES]) }];
      case 14:
        return [{ op: 'symlink', target: 't', path: this.#file() }];
      default:
        return [{ op: 'fsyncdir', path: this.#of(['.', '.', 'd', 'e', 'm']) }];
    }
  }

  /** A file is opened, new or not, and written to, cut, synced, or several of these. */
  #written(): readonly ScriptOp[] {
    const flags = this.#of([
      'O_WRONLY|O_CREAT',
      'O_WRONLY|O_CREAT',
      'O_WRONLY|O_CREAT|O_TRUNC',
      'O_WRONLY|O_APPEND',
      'O_WRONLY|O_CREAT|O_DSYNC',
      'O_WRONLY|O_SYNC',
    ]);
    const data: [string, number] = [String.fromCharCode(0x61 + (this.#letter++ % 13)), this.#of(SIZES)];
    const write: ScriptOp = flags.includes('APPEND')
      ? { op: 'write', fd: 'h', data }
      : { op: 'pwrite', fd: 'h', data, offset: this.#of(OFFSETS) };
    const cut: ScriptOp = { op: 'ftruncate', fd: 'h', size: this.#of(SIZES) };
    const sync: ScriptOp = { op: this.#of(['fsync', 'fsync', 'fdatasync']), fd: 'h' };
    const body = this.#of<readonly ScriptOp[]>([
      [write],
      [write, sync],
      [write, sync],
      [sync],
      [write, cut],
      [cut, write],
    ]);
    return file(this.#file(), flags, body);
  }

  #file(): string {
    return this.#of(FOLDERS) + this.#of(FILES);
  }

  #of<T>(all: readonly T[]): T {
    return all[this.#choices.choose(all.length)]!;
  }
}

function file(path: string, flags: string, body: readonly ScriptOp[]): readonly ScriptOp[] {
  return [{ op: 'open', fd: 'h', path, flags }, ...body, { op: 'close', fd: 'h' }];
}
