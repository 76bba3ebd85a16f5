import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Core } from '../../harness/disk/core/core.ts';
import { Image } from '../../harness/disk/image/image.ts';
import { Folder } from '../../harness/trace/folder.ts';
import { ignoring } from '../../harness/trace/ignored.ts';
import { record } from '../../harness/trace/record.ts';
import { script } from './random-script.ts';
import { missing, PYTHON } from './programs.ts';

const WITHOUT = missing('strace', PYTHON);

describe.skipIf(WITHOUT)(`the recorder${WITHOUT ?? ''}`, () => {
  const folders: Folder[] = [];
  const folderWith = (patterns: readonly string[]): Folder => {
    const folder = new Folder('disk', ignoring(patterns));
    folders.push(folder);
    return folder;
  };
  const usual = folderWith([]);
  afterAll(() => folders.forEach((folder) => folder.remove()));

  async function recorded(argv: readonly string[], boot = Image.empty(), patterns: readonly string[] = []) {
    const folder = patterns.length === 0 ? usual : folderWith(patterns);
    const env = { PATH: process.env['PATH']! };
    folder.fill(boot);
    folder.lend();
    const life = await record(folder, boot, { argv, env, timeLimit: 60_000, looks: true });
    const core = new Core(boot.fork());
    const said: string[] = [];
    life.again(core, (text) => said.push(text));
    return { ...life, core, said: said.join('') };
  }

  const python = async (text: string, ...rest: [Image?, (readonly string[])?]) =>
    await recorded([PYTHON, '-c', text], ...rest);

  it('leads to the real directory, byte for byte, after any calls of any processes', async () => {
    let ops = 0;
    await fc.assert(
      fc.asyncProperty(script, async (text) => {
        const { core, ended } = await python(text);
        expect(ended).toMatchObject({ code: 0 });
        ops += core.journal.length;
      }),
      { numRuns: 30 },
    );
    expect(ops).toBeGreaterThan(500);
  });

  it('finds out that a record is not what happened', async () => {
    const socket = `import socket\ns=socket.socket(socket.AF_UNIX)\ns.bind('disk/s')`;
    await expect(python(socket)).rejects.toThrow(/^\/s is a device, a pipe or a socket/);
    const unseen = `import os,socket,array\na,b=socket.socketpair()\nif os.fork()==0:\n  f=os.open('disk/f',os.O_WRONLY|os.O_CREAT)\n  socket.send_fds(a,[b'x'],[f])\n  os._exit(0)\n_,[f],_,_=socket.recv_fds(b,1,1)\nos.write(f,b'x')\nos.wait()`;
    await expect(python(unseen)).rejects.toThrow(/^write of \/f: its descriptor came by a way/);
  });

  it.each([
    ['mknodat', `import os\nos.mkfifo('disk/q')`],
    [
      'mmap',
      `import mmap,os\nf=os.open('disk/f',os.O_RDWR|os.O_CREAT)\nos.truncate(f,9)\nmmap.mmap(f,9)[0:1]=b'x'`,
    ],
    [
      'splice',
      `import os\nr,w=os.pipe()\nos.write(w,b'x')\nos.splice(r,os.open('disk/f',os.O_WRONLY|os.O_CREAT),1)`,
    ],
    ['rename', `import os\nopen('x','w').write('1')\nos.rename('x','disk/f')`],
    ['link', `import os\nopen('y','w').write('1')\nos.link('y','disk/g')`],
    ['setxattr', `import os\nopen('disk/f','w')\nos.setxattr('disk/f','user.a',b'1')`],
    ['fsetxattr', `import os\nos.setxattr(os.open('disk/f',os.O_CREAT|os.O_WRONLY),'user.a',b'1')`],
    [
      'ioctl of /f: FS_IOC_SETFLAGS',
      `import os,fcntl\nfcntl.ioctl(os.open('disk/f',os.O_CREAT|os.O_WRONLY),0x40086602,b'\\x40'+bytes(7))`,
    ],
    ['unlink of /proc', `import os\nopen('disk/f','w')\nos.unlink('/proc/self/cwd/disk/f')`],
  ])('refuses what it can not follow, by its name: %s', async (call, text) => {
    const library = call === 'splice' ? text.replace('os.splice', SPLICE) : text;
    await expect(python(library)).rejects.toThrow(new RegExp(`^${call}`));
  });

  it.skipIf(process.geteuid?.() !== 0)('refuses to lose whose a file is, and only that', async () => {
    const { core } = await python(
      `import os\nopen('disk/f','w')\nos.chown('disk/f',0,-1)\nos.chown('disk/f',-1,0)`,
    );
    expect(core.journal.length).toBeGreaterThan(0);
    const call = (text: string): string => `import os\nf=os.open('disk/f',os.O_CREAT)\n${text}`;
    const given = /chown(?:at)? of \/f: owners are not part of the simulated disk, and it is given to 7:-1$/;
    for (const text of [`os.chown('disk/f',7,-1)`, `os.lchown('disk/f',7,-1)`, `os.fchown(f,7,-1)`])
      await expect(python(call(text))).rejects.toThrow(given);
    const made = `import os\nd=os.open('disk',0)\nos.chmod('disk',0o777)\nos.setuid(7)\nos.open('f',os.O_CREAT,dir_fd=d)`;
    await expect(python(made)).rejects.toThrow(/^\/f belongs to 7:0, and owners are not part/);
  });

  it('disregards what it is told to', async () => {
    const text = `import mmap,os\nf=os.open('disk/f-shm',os.O_RDWR|os.O_CREAT)\nos.truncate(f,9)\nmmap.mmap(f,9)[0:1]=b'x'\nopen('disk/g','w')`;
    const { core } = await python(text, Image.empty(), ['*-shm']);
    expect(core.journal.ops.map(({ kind, path }) => `${kind} ${path}`)).toEqual(['create /g']);
  });

  it('refuses what moves from a name that is disregarded to one that is not', async () => {
    const text = `import os\nopen('disk/f.tmp','w').write('1')\nos.rename('disk/f.tmp','disk/f')`;
    await expect(python(text, Image.empty(), ['*.tmp'])).rejects.toThrow(
      /the other name is one to be disregarded/,
    );
  });

  it('knows when something was said', async () => {
    const { said, core } = await recorded(['sh', '-c', 'echo 1 > disk/f; echo hello; echo 2 > disk/g']);
    expect(said).toBe('hello\n');
    expect(core.journal.length).toBe(4);
  });

  it('ends a program that takes too long, with all that it has started', async () => {
    usual.fill(Image.empty());
    usual.lend();
    const life = record(usual, Image.empty(), {
      argv: ['sh', '-c', 'setsid sleep 77.125 & sleep 77.125'],
      env: { PATH: process.env['PATH']! },
      timeLimit: 1500,
      looks: false,
    });
    expect((await life).ended).toMatchObject({ late: true });
    const { output } = await recorded([
      'sh',
      '-c',
      'for p in /proc/[0-9]*; do tr "\\\\0" " " < $p/cmdline; done 2>/dev/null',
    ]);
    expect(output).not.toContain('sleep 77.125');
  });
});

const SPLICE = `(lambda r,w,n: __import__('ctypes').CDLL(None).splice(r,None,w,None,n,0))`;
