import { Core } from '../../../disk/core/core.ts';
import { O_CREAT, O_EXCL, O_SYNC, O_WRONLY } from '../../../disk/core/constants.ts';
import { Image } from '../../../disk/image/image.ts';
import type { Op } from '../../../disk/journal.ts';

/**
 * A program of the literature as one line: `create tmp; write tmp n*10; fsync tmp; rename tmp file`. A write appends
 * ten times the character n, `write f n*10 at 0` overwrites, and `osync f n*10 at 0` does so through O_SYNC;
 * `say x` tells the world. Paths are relative to `/`, which is `.`; the character 0 stands for NUL bytes, here as in
 * the contents that come out.
 */
export interface ProgramLife {
  readonly boot: Image;
  readonly ops: readonly Op[];
  /** What the program tells the world with `say`, and after which op. */
  readonly said: readonly { readonly after: number; readonly what: string }[];
}

/** Runs a program on the disk that `boot`, a program itself, leaves; none of `boot` is pending. */
export function programLife(program: string, boot = ''): ProgramLife {
  const start = Image.empty();
  runAll(new Core(start), boot);
  const core = new Core(start.fork());
  const said = runAll(core, program);
  return { boot: start, ops: core.journal.ops, said };
}

/** The statements of a program, in order. */
export function statements(program: string): readonly string[] {
  return program
    .split(';')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

function runAll(core: Core, program: string): ProgramLife['said'] {
  const said: { after: number; what: string }[] = [];
  for (const statement of statements(program)) {
    if (!statement.startsWith('say ')) run(core, statement);
    else said.push({ after: core.journal.length, what: statement.slice(4) });
  }
  return said;
}

function run(core: Core, statement: string): void {
  const [call, path = '', ...rest] = statement.split(/\s+/);
  const at = `/${path === '.' ? '' : path}`;
  switch (call) {
    case 'create':
      return core.close(core.open(at, O_WRONLY | O_CREAT | O_EXCL));
    case 'mkdir':
    case 'rmdir':
    case 'unlink':
      return core[call](at);
    case 'rename':
    case 'link':
      return core[call](at, `/${rest[0]}`);
    case 'symlink':
      return core.symlink(path, `/${rest[0]}`);
    case 'truncate':
      return core.truncate(at, Number(rest[0]));
    case 'chmod':
      return core.chmod(at, Number.parseInt(rest[0]!, 8));
    case 'write':
    case 'osync':
      return write(core, at, call === 'osync' ? O_SYNC : 0, rest);
    case 'fsync':
    case 'fdatasync':
      return withFile(core, at, 0, (fd) => core[call](fd));
    case 'sync':
      return core.sync();
    default:
      throw new Error(`"${statement}" is no statement`);
  }
}

function write(core: Core, path: string, flags: number, [data = '', , offset]: readonly string[]): void {
  const [char, count] = data.split('*');
  const bytes = Buffer.alloc(Number(count), char === '0' ? '\0' : char, 'latin1');
  const position = offset === undefined ? core.stat(path).size : Number(offset);
  withFile(core, path, O_WRONLY | flags, (fd) => core.write(fd, bytes, 0, bytes.length, position));
}

function withFile(core: Core, path: string, flags: number, body: (fd: number) => void): void {
  const fd = core.open(path, flags);
  try {
    body(fd);
  } finally {
    core.close(fd);
  }
}
