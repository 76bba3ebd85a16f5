import { Readable, Writable } from 'node:stream';
import { refused } from './outside.ts';

export interface ProcessParts {
  readonly hrtime: unknown;
  readonly uptime: () => number;
  readonly builtin: (name: string) => unknown;
}

/** Where every life's program stands, and what it is told of the machine: the same everywhere. */
const PID = 4242;
const ARGV = ['/usr/bin/node', '/program'];
const ENVIRONMENT = {
  HOME: '/root',
  USER: 'root',
  LOGNAME: 'root',
  PATH: '/usr/bin:/bin',
  TMPDIR: '/tmp',
  TZ: 'UTC',
};

/**
 * A process of the life's own: what a program hangs on it (handlers, variables, patches of its functions, as
 * signal-exit makes them) dies with the life. The rest is read from the real one.
 */
export function processOf(parts: ProcessParts): NodeJS.Process {
  let out: Writable | undefined, err: Writable | undefined, input: Readable | undefined;
  return {
    __proto__: process,
    ...SAME_FOR_ALL,
    argv: [...ARGV],
    env: { ...ENVIRONMENT },
    hrtime: parts.hrtime,
    uptime: parts.uptime,
    exitCode: undefined,
    // Nobody hears what is said, and nobody says anything; each is made when it is asked for.
    get stdout() {
      return (out ??= silent(1));
    },
    get stderr() {
      return (err ??= silent(2));
    },
    get stdin() {
      return (input ??= Object.assign(Readable.from([]), { fd: 0 }));
    },
    getBuiltinModule: (name: string) => parts.builtin(name.replace(/^node:/, '')),
    // What EventEmitter keeps in its object: without these, handlers would be hung on the real process.
    _events: Object.create(null),
    _eventsCount: 0,
    _maxListeners: undefined,
  } as unknown as NodeJS.Process;
}

function silent(fd: number): Writable {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done(), decodeStrings: false });
  return Object.assign(stream, { fd, _type: 'pipe' });
}

const SAME_FOR_ALL = {
  pid: PID,
  ppid: PID - 1,
  title: 'node',
  argv0: 'node',
  execArgv: [],
  cwd: () => '/',
  chdir: refused('process.chdir'),
  umask: () => 0o022,
  kill: (pid: unknown, signal: unknown) => (signal === 0 && pid === PID ? true : noSuchProcess(signal)),
  binding: refused('process.binding'),
  _linkedBinding: refused('process._linkedBinding'),
  dlopen: refused('process.dlopen'),
  loadEnvFile: refused('process.loadEnvFile'),
  // The one of whoever runs the tester has a `require` of its own.
  mainModule: undefined,
  report: undefined,
  setuid: refused('process.setuid'),
  seteuid: refused('process.seteuid'),
  setgid: refused('process.setgid'),
  setegid: refused('process.setegid'),
  setgroups: refused('process.setgroups'),
  initgroups: refused('process.initgroups'),
  emitWarning: () => undefined,
  reallyExit: (code: unknown) => process.exit(code as number),
  send: undefined,
  connected: false,
  getuid: root,
  geteuid: root,
  getgid: root,
  getegid: root,
};

function root(): number {
  return 0;
}

/** As the system says it of a process that isn't there: whoever held a lock in an earlier life is dead. */
function noSuchProcess(signal: unknown): never {
  const error = new Error('kill ESRCH');
  throw Object.assign(error, { code: 'ESRCH', errno: -3, syscall: 'kill', signal });
}
