import * as fc from 'fast-check';

/**
 * Random programs in Python, which has nearly all of Linux' calls: each line is one, and what fails is left out by the
 * kernel, not by us. They use few names, so that calls meet.
 */
const name = fc.constantFrom('a', 'b', 'c', 'd/a', 'd/b', 'd', 'd/e', '../disk/a', 's', 's/a', './d/../b');
const slot = fc.nat(3);
const size = fc.constantFrom(0, 1, 5, 4095, 4096, 4097, 9000);
const flags = fc.constantFrom(
  'O_RDWR|O_CREAT',
  'O_WRONLY|O_CREAT|O_TRUNC',
  'O_WRONLY|O_CREAT|O_APPEND',
  'O_RDWR|O_CREAT|O_EXCL',
  'O_RDONLY',
  'O_RDWR|O_DSYNC|O_CREAT',
  'O_RDONLY|O_DIRECTORY',
  'O_PATH',
);
const mode = fc.constantFrom('0o644', '0o600', '0o755', '0o4755');

function line(...parts: readonly [fc.Arbitrary<unknown>, ...fc.Arbitrary<unknown>[]]) {
  return (form: (...values: string[]) => string): fc.Arbitrary<string> =>
    fc.tuple(...parts).map((values) => form(...values.map(String)));
}

const call: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: line(slot, name, flags, mode)((s, n, f, m) => `opened(${s}, '${n}', '${f}', ${m})`),
  },
  { weight: 4, arbitrary: line(slot, size)((s, n) => `os.write(fds[${s}], data(${n}))`) },
  line(slot, size, size)((s, n, at) => `os.pwrite(fds[${s}], data(${n}), ${at})`),
  line(slot, size, size)((s, n, m) => `os.writev(fds[${s}], [data(${n}), data(${m})])`),
  line(
    slot,
    size,
    fc.constantFrom('0', 'os.RWF_APPEND', 'os.RWF_DSYNC', 'os.RWF_SYNC'),
  )((s, n, f) => `os.pwritev(fds[${s}], [data(${n})], 3, ${f})`),
  line(slot, size)((s, n) => `os.read(fds[${s}], ${n})`),
  line(slot, slot, size)((s, t, n) => `os.write(fds[${s}], os.read(fds[${t}], ${n}))`),
  line(name)((n) => `os.write(fds[0], ','.join(sorted(os.listdir('${n}'))).encode())`),
  line(name)((n) => `os.write(fds[0], b'%d' % os.stat('${n}').st_size)`),
  line(name, name)((n, m) => `os.path.exists('${n}') and os.unlink('${m}')`),
  line(slot, size, fc.nat(2))((s, n, w) => `os.lseek(fds[${s}], ${n}, ${w})`),
  line(slot, size)((s, n) => `os.ftruncate(fds[${s}], ${n})`),
  line(name, size)((n, m) => `os.truncate('${n}', ${m})`),
  line(slot, size, size)((s, n, m) => `os.posix_fallocate(fds[${s}], ${n}, ${m} + 1)`),
  line(
    slot,
    fc.constantFrom(0, 1, 2, 3, 8, 16, 32),
    fc.constantFrom(0, 4096),
    size,
  )((s, how, at, n) => `fallocate(fds[${s}], ${how}, ${at}, ${n})`),
  line(slot, slot, size)((s, t, n) => `os.copy_file_range(fds[${s}], fds[${t}], ${n})`),
  line(
    slot,
    slot,
    size,
    size,
  )((s, t, n, m) => `os.copy_file_range(fds[${s}], fds[${t}], ${n}, ${m}, ${m} + 5000)`),
  line(slot, slot, size)((s, t, n) => `sendfile(fds[${s}], fds[${t}], ${n})`),
  line(name, name)((n, m) => `os.rename('${n}', '${m}')`),
  line(name, name, fc.nat(2))((n, m, f) => `renameat2('${n}', '${m}', ${f})`),
  line(name, name)((n, m) => `os.link('${n}', '${m}', follow_symlinks=False)`),
  line(
    slot,
    name,
  )((s, n) => `os.link(f'/proc/self/fd/{fds[${s}]}', '${n}', src_dir_fd=here, follow_symlinks=True)`),
  line(slot, mode)((s, m) => `opened(${s}, '.', 'O_TMPFILE|O_RDWR', ${m})`),
  line(name)((n) => `os.unlink('${n}')`),
  line(name)((n) => `os.rmdir('${n}')`),
  line(name, mode)((n, m) => `os.mkdir('${n}', ${m})`),
  line(name, name)((n, m) => `os.symlink('${n}', '${m}')`),
  line(name, mode)((n, m) => `os.chmod('${n}', ${m})`),
  line(slot, mode)((s, m) => `os.fchmod(fds[${s}], ${m})`),
  line(slot)((s) => `os.fsync(fds[${s}])`),
  line(slot)((s) => `os.fdatasync(fds[${s}])`),
  line(slot, slot)((s, t) => `os.dup2(fds[${s}], fds[${t}])`),
  line(slot, slot)((s, t) => `fds.__setitem__(${s}, os.dup(fds[${t}]))`),
  line(slot)((s) => `os.close(fds[${s}])`),
  line(slot)((s) => `fcntl.fcntl(fds[${s}], fcntl.F_SETFL, os.O_APPEND)`),
  line(name)((n) => `os.chdir('${n}')`),
  line(slot)((s) => `os.fchdir(fds[${s}])`),
  fc.constant('os.chdir(root)'),
  line(fc.constantFrom(0, 0o22, 0o77))((m) => `os.umask(${m})`),
  fc.constant('os.sync()'),
  line(name)((n) => `os.mknod('${n}', 0o644)`),
  line(slot, name)((s, n) => `os.chmod('${n}', 0o700, dir_fd=fds[${s}])`),
  {
    weight: 12,
    arbitrary: fc
      .oneof(
        line(name)((n) => `os.rmdir('${n}')`),
        line(name, name)((n, m) => `os.rename('${n}', '${m}')`),
        line(name, name)((n, m) => `os.link('${n}', '${m}')`),
        line(name)((n) => `os.mkdir('${n}')`),
        line(name)((n) => `os.access('${n}', os.F_OK)`),
        line(name)((n) => `os.lstat('${n}').st_nlink`),
        line(name)((n) => `os.stat('/proc/self/cwd/${n}').st_mode`),
        line(name)((n) => `os.readlink('${n}')`),
        line(name)((n) => `os.utime('${n}')`),
        line(name)((n) => `os.listxattr('${n}')`),
        line(name)((n) => `os.open('${n}', os.O_CREAT | os.O_EXCL) and 0`),
        line(name, name)((n, m) => `through('${n}', '${m}')`),
        line(slot, fc.constantFrom(1, 2))((s, w) => `os.lseek(fds[${s}], 0, ${w})`),
        line(slot)((s) => `fcntl.flock(fds[${s}], 6)`),
      )
      .map((each) => `told(lambda: ${each})`),
  },
);

const PRELUDE = String.raw`
import os, ctypes, fcntl
libc = ctypes.CDLL(None, use_errno=True)
root = os.path.abspath('disk')
os.chdir(root)
here = os.open('.', os.O_RDONLY)
fds = [0, 0, 0, 0]
turn = 0
def data(n):
    global turn
    turn += 1
    return bytes([turn % 256]) * n
def opened(slot, name, flags, mode):
    bits = 0
    for each in flags.split('|'): bits |= getattr(os, each)
    fds[slot] = os.open(name, bits, mode)
def fallocate(fd, mode, at, n):
    if libc.fallocate(fd, mode, ctypes.c_long(at), ctypes.c_long(n)) != 0: raise OSError(ctypes.get_errno())
def renameat2(a, b, flags):
    if libc.renameat2(-100, a.encode(), -100, b.encode(), flags) != 0: raise OSError(ctypes.get_errno())
def sendfile(to, source, n):
    # What a file gets that is copied over itself is nowhere said.
    if not os.path.sameopenfile(to, source): os.sendfile(to, source, 0, n)
def told(call):
    # What it learns, it tells: two courses that part in what they know part in what they leave.
    try: known = call()
    except OSError as error: known = error.errno
    with open(root + '/said', 'a') as said: said.write(f'{known} ')
def through(a, b):
    read, write = os.open(a, os.O_RDWR|os.O_TRUNC), os.open(b, os.O_WRONLY)
    os.write(write, b'z')
    return os.read(read, 9)
def attempt(call):
    try: call()
    except OSError: pass
    except ValueError: pass
`;

/** Something to begin with, or most calls would find nothing. */
const START = `
os.mkdir('d')
opened(0, 'a', 'O_RDWR|O_CREAT', 0o644)
opened(1, 'd/b', 'O_WRONLY|O_CREAT|O_APPEND', 0o600)
opened(2, 'd', 'O_RDONLY', 0)
opened(3, 'a', 'O_RDONLY', 0)
os.write(fds[0], data(9000))
`;

/** A program of one process that begins on whatever there is, for recoveries. */
export const recovery: fc.Arbitrary<string> = fc
  .array(call, { minLength: 1, maxLength: 12, size: 'max' })
  .map((lines) => [PRELUDE, ...lines.map((each) => `attempt(lambda: ${each})`)].join('\n'));

/** A program of several parts: each is a process of its own that begins as the one before it is, and is waited for. */
export const script: fc.Arbitrary<string> = fc
  .array(fc.array(call, { minLength: 1, maxLength: 60, size: 'max' }), {
    minLength: 1,
    maxLength: 3,
  })
  .map(([own, ...children]) => {
    const body = (lines: readonly string[], indent: string): string =>
      lines.map((each) => `${indent}attempt(lambda: ${each})`).join('\n');
    const forks = children.map(
      (lines) =>
        `child = os.fork()\nif child == 0:\n${body(lines, '    ')}\n    os._exit(0)\nos.waitpid(child, 0)`,
    );
    return [PRELUDE, START, body(own!, ''), ...forks, body(own!, '')].join('\n');
  });
