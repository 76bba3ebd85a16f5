import { afterAll, describe, expect, it } from 'vitest';
import { Core } from '../../harness/disk/core/core.ts';
import { Image } from '../../harness/disk/image/image.ts';
import { DEFAULTS, Explorer, findModel, traced } from '../../harness/index.ts';
import { Folder } from '../../harness/trace/folder.ts';
import { ignoring } from '../../harness/trace/ignored.ts';
import { MappedFiles } from '../../harness/trace/mapped-files.ts';
import { record } from '../../harness/trace/record.ts';
import { missing, PYTHON } from './programs.ts';

const WITHOUT = missing('strace', PYTHON);

const BEGIN = `import mmap,os\nf=os.open('disk/f',os.O_RDWR|os.O_CREAT)\nos.truncate(f,20000)\nm=mmap.mmap(f,20000)\n`;

describe.skipIf(WITHOUT)(`a file that is mapped to be shared${WITHOUT ?? ''}`, () => {
  const folder = new Folder('disk', ignoring([]));
  afterAll(() => folder.remove());

  /** The ops after the file was made, and what was said among them. */
  async function ops(text: string): Promise<readonly string[]> {
    const boot = Image.empty();
    folder.fill(boot);
    folder.lend();
    const env = { PATH: process.env['PATH']! };
    const argv = [PYTHON, '-c', BEGIN + text];
    const life = await record(folder, boot, { argv, env, timeLimit: 60_000, looks: false, maps: true });
    expect(life.ended).toMatchObject({ code: 0 });
    const core = new Core(boot.fork());
    const said: string[] = [];
    const told: string[] = [];
    life.again(core, (line) => told.push(`${core.journal.length} ${line}`));
    for (const { index, kind, path, offset, length } of core.journal.ops) {
      said.push(`${kind} ${path} ${offset ?? ''}+${length ?? ''}`);
      said.push(
        ...told.filter((each) => each.startsWith(`${index} `)).map((each) => `says ${each.split(' ')[1]}`),
      );
    }
    return said.slice(2);
  }

  it('is looked at before each sync, promise and change of a name, and at the end', async () => {
    const stored = (at: number): string => `m[${at}:${at + 1}]=b'x'`;
    const text = [
      stored(0),
      'm.flush(4096,8192)',
      stored(5000),
      `os.write(1,b'hello')`,
      stored(0) + `;m[19999:20000]=b'y'`,
      'os.fsync(f)',
      stored(9000),
      `os.rename('disk/f','disk/g')`,
      stored(13000),
      'os.sync()',
      `m[0:1]=b'z'`,
    ];
    expect(await ops(text.join('\n'))).toEqual([
      'write /f 0+4096',
      'osync /f 4096+8192',
      'write /f 4096+4096',
      'says hello',
      'write /f 16384+3616',
      'fsync /f +',
      'write /f 8192+4096',
      'rename /f +',
      'write /g 12288+4096',
      'sync / +',
      'write /g 0+4096',
    ]);
  });

  it('holds what was stored and what was written, each once', async () => {
    const text = [
      `m[0:1]=b'x'`,
      `os.pwrite(f,b'w',1)`,
      `os.close(f)`,
      `m[2:3]=b'z'`,
      `os.unlink('disk/f')`,
      `m[3:4]=b'u'`,
      'm.flush()',
    ];
    expect(await ops(text.join('\n'))).toEqual([
      'write /f 1+1',
      'write /f 0+4096',
      'write /f 0+4096',
      'unlink /f +',
      expect.stringMatching(/^write inode \d+, without a name 0\+4096$/),
      expect.stringMatching(/^osync .* 0\+20480$/),
    ]);
  });

  it('is looked at when a thread has made its call, and not for those that are stopped along with it', () => {
    const files = new MappedFiles('/disk', ignoring([]));
    const sent = '--- SIGSTOP {si_signo=SIGSTOP, si_code=SI_KERNEL} ---';
    const stopped = '--- stopped by SIGSTOP ---';
    const lines = [`7 ${sent}`, `8 ${stopped}`, `7 ${stopped}`, `8 ${stopped}`, `7 ${stopped}`];
    expect(lines.map((line) => files.hear(line))).toEqual([undefined, undefined, 7, undefined, undefined]);
  });

  it('that two can change at the same time is refused', async () => {
    const forks = `if os.fork()==0:\n  m[0:1]=b'x'\n  os.fsync(f)\n  os._exit(0)\nos.wait()`;
    await expect(ops(forks)).rejects.toThrow(/^mmap of \/f: two threads or processes can change it/);
    const thread = `import threading\nt=threading.Thread(target=lambda:(m.__setitem__(0,1),os.fsync(f)))\nt.start()\nt.join()`;
    await expect(ops(thread)).rejects.toThrow(/^mmap of \/f: two threads or processes can change it/);
    expect(await ops(`if os.fork()==0:\n  os._exit(0)\nos.wait()\nm[0:1]=b'x'`)).toEqual(['write /f 0+4096']);
  });

  it('is followed through a mapping that moves, ends in part, or is made writable later', async () => {
    const C = `import ctypes\nlibc=ctypes.CDLL(None,use_errno=True)\nlibc.mmap.restype=libc.mremap.restype=ctypes.c_void_p\nV=ctypes.c_void_p\n`;
    const text = `${C}a=libc.mmap(None,V(16384),1,1,f,V(4096))
libc.mprotect(V(a),V(16384),3)
a=libc.mremap(V(a),V(16384),V(8192),1)
ctypes.memset(a+4096,7,1)
libc.msync(V(a),V(8192),4)
libc.munmap(V(a),V(4096))
libc.msync(V(a+4096),V(4096),4)`;
    expect(await ops(text)).toEqual(['write /f 8192+4096', 'osync /f 4096+8192', 'osync /f 8192+4096']);
  });

  it('is explored as a file that was written to: an msync that is missing is found', async () => {
    const states = async (sync: string): Promise<readonly string[]> => {
      const run = `import mmap,os\nf=os.open('data/f',os.O_RDWR)\nm=mmap.mmap(f,4096)\nm[0:3]=b'new'\n${sync}\nprint('acknowledged: new',flush=True)`;
      const scenario = traced({
        name: 'it',
        setup: [PYTHON, '-c', `open('data/f','wb').write(b'old'+bytes(4093))`],
        run: [PYTHON, '-c', run],
        check: [
          'sh',
          '-c',
          'grep -q new data/f || [ -z "$0" ] || { echo "lost: $0"; exit 1; }',
          '{acknowledged}',
        ],
      });
      const { failures } = await new Explorer(scenario, findModel('ext4')!, DEFAULTS).explore();
      return failures.map(({ verdict }) => verdict!.outcome);
    };
    expect(await states('m.flush()')).toEqual([]);
    expect(await states('')).toContain('lost');
  });
});
