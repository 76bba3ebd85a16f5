import { describe, expect, it } from 'vitest';
import { Core } from '../core/core.ts';
import { Image } from '../image/image.ts';
import { createFacade, type Facade } from './facade.ts';

function life(): { core: Core; fs: Facade } {
  const core = new Core(Image.empty());
  return { core, fs: createFacade(core) };
}

describe('the facade', () => {
  it.each<[what: string, call: (fs: Facade) => Promise<unknown>]>([
    ['an unknown option of writeFile', (fs) => fs.writeFile('/f', 'x', { fsync: true } as object)],
    ['an unknown option of readFile', (fs) => fs.readFile('/f', { highWaterMark: 1 } as object)],
    ['an unknown option of mkdir', (fs) => fs.mkdir('/d', { parents: true } as object)],
    ['a recursive readdir', (fs) => fs.readdir('/', { recursive: true } as object)],
    ['a recursive rmdir', (fs) => fs.rmdir('/', { recursive: true } as object)],
    ['bigint stats', (fs) => fs.stat('/', { bigint: true } as object)],
    ['a path that is not UTF-8', (fs) => fs.stat(Buffer.from([0x2f, 0xff]))],
    ['a mode that is none', (fs) => fs.chmod('/', 'rwx')],
    ['a time that is none', (fs) => fs.utimes('/', 'now', 0)],
  ])('refuses %s, rather than ignore it', async (_what, call) => {
    const { core, fs } = life();
    await expect(call(fs)).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_/) as string });
    expect(core.journal.length).toBe(0);
  });

  it('acts at the call, in the order of the calls, awaited or not', async () => {
    const { core, fs } = life();
    const all = [fs.mkdir('/d'), fs.writeFile('/d/f', 'x'), fs.rename('/d', '/e')];
    expect(core.journal.ops.map((op) => op.kind)).toEqual(['mkdir', 'create', 'write', 'rename']);
    await Promise.all(all);
  });

  it('takes the data as it is at the call', async () => {
    const { fs } = life();
    const data = Buffer.from('before');
    const handle = await fs.open('/g', 'w');
    const all = [fs.writeFile('/f', data), handle.write(data)];
    data.fill('x');
    await Promise.all(all);
    expect(await fs.readFile('/f', 'utf8')).toBe('before');
    expect(await fs.readFile('/g', 'utf8')).toBe('before');
  });

  it('hands out data that is no longer the disk: scribbling on it changes nothing', async () => {
    const { fs } = life();
    await fs.writeFile('/f', 'before');
    (await fs.readFile('/f')).fill('x');
    expect(await fs.readFile('/f', 'utf8')).toBe('before');
  });

  it('writes many pieces as many ops, so that the power may go off between them', async () => {
    const { core, fs } = life();
    await fs.writeFile('/f', ['one', 'two'], { flush: true });
    expect(core.journal.ops.map((op) => op.kind)).toEqual(['create', 'write', 'write', 'fsync']);
  });

  it('syncs the whole disk in one op, which Node has no function for', async () => {
    const { core, fs } = life();
    await fs.writeFile('/f', 'x');
    await fs.sync();
    expect(core.journal.ops.at(-1)).toMatchObject({ kind: 'sync', path: '/', changes: [] });
  });

  it('numbers temporary directories, past those of earlier lives', async () => {
    const { core, fs } = life();
    expect(await fs.mkdtemp('/t-')).toBe('/t-000000');
    expect(await createFacade(new Core(core.image.fork())).mkdtemp('/t-')).toBe('/t-000001');
  });

  it('reads and writes several views, or a part of one, in single calls', async () => {
    const { core, fs } = life();
    const handle = await fs.open('/f', 'w+');
    await handle.writev([Buffer.from('one'), Buffer.from('two')], 1);
    const [head, tail] = [Buffer.alloc(2), Buffer.alloc(9)];
    expect((await handle.readv([head, tail], 1)).bytesRead).toBe(6);
    expect([head.toString(), tail.subarray(0, 4).toString()]).toEqual(['on', 'etwo']);
    const buffer = Buffer.alloc(3);
    expect((await handle.read(buffer, { position: 4, length: 2, offset: 1 })).bytesRead).toBe(2);
    expect(buffer.toString()).toBe('\0tw');
    await handle.close();
    expect(core.openDescriptors).toBe(0);
    expect(core.journal.ops.map((op) => op.kind)).toEqual(['create', 'write']);
  });
});
