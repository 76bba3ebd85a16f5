import * as fc from 'fast-check';
import { chmodSync, opendirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Core } from '../disk/core/core.ts';
import { Image } from '../disk/image/image.ts';
import { Folder } from './folder.ts';
import { ignoring } from './ignored.ts';
import { difference } from './real-tree.ts';

const name = fc.constantFrom('/a', '/b', '/d', '/d/a', '/d/b', '/d/e', '/d/e/f');
const text = fc.constantFrom('', 'x', 'y'.repeat(5000), 'z'.repeat(8192));
const mode = fc.constantFrom(0o644, 0o600, 0o755, 0o4711, 0o500);

const step: fc.Arbitrary<(core: Core) => void> = fc.oneof(
  fc.tuple(name, text).map(
    ([path, data]) =>
      (core: Core) =>
        core.writeFile(path, Buffer.from(data)),
  ),
  fc.tuple(name, mode).map(
    ([path, bits]) =>
      (core: Core) =>
        core.mkdir(path, bits),
  ),
  fc.tuple(name, name).map(
    ([path, to]) =>
      (core: Core) =>
        core.link(path, to),
  ),
  fc.tuple(name, name).map(
    ([path, to]) =>
      (core: Core) =>
        core.symlink(path, to),
  ),
  fc.tuple(name, name).map(
    ([path, to]) =>
      (core: Core) =>
        core.rename(path, to),
  ),
  fc.tuple(name, mode).map(
    ([path, bits]) =>
      (core: Core) =>
        core.chmod(path, bits),
  ),
  fc.tuple(name).map(
    ([path]) =>
      (core: Core) =>
        core.rm(path, { recursive: true, force: true }),
  ),
);

/** Several disks, each made of the one before by a few steps; what can't be done is left out. */
const disks: fc.Arbitrary<readonly Image[]> = fc
  .array(fc.array(step, { minLength: 1, maxLength: 8 }), { minLength: 2, maxLength: 5 })
  .map((all) => {
    let image = Image.empty();
    return all.map((steps) => {
      const core = new Core(image.fork());
      for (const each of steps) {
        try {
          each(core);
        } catch (error) {
          if (!(error instanceof Error && 'code' in error)) throw error;
        }
      }
      image = core.image;
      return image.fork();
    });
  });

describe('a folder', () => {
  const folder = new Folder('disk', ignoring(['*.lock']));
  afterAll(() => folder.remove());

  it('holds any disk, byte for byte, whichever it held before', () => {
    fc.assert(
      fc.property(disks, (images) => {
        for (const image of images) {
          folder.fill(image);
          folder.lend();
          expect(difference(image, folder.read())).toBeUndefined();
        }
      }),
      { numRuns: 60 },
    );
  });

  it('lists names in one order, and has one time, whatever it held before and whoever had it', () => {
    const seen = (): string[] => {
      const lines: string[] = [];
      const visit = (path: string): void => {
        lines.push(`${path} ${statSync(path || '/').mtimeMs}`);
        const open = opendirSync(path);
        const names: string[] = [];
        for (let each = open.readSync(); each; each = open.readSync())
          names.push(each.isDirectory() ? `${each.name}/` : each.name);
        open.closeSync();
        lines.push(names.join(' '));
        for (const name of names) if (name.endsWith('/')) visit(join(path, name));
      };
      visit(folder.disk);
      return lines;
    };
    const core = new Core(Image.empty());
    for (const name of ['/d', '/e']) core.mkdir(name);
    for (const name of ['/c', '/a', '/b', '/d/b', '/d/a']) core.writeFile(name, Buffer.from('x'));
    const first = core.image.fork();
    core.unlink('/a');
    core.unlink('/d/b');
    folder.fill(first);
    const wanted = seen();
    folder.fill(core.image);
    folder.fill(first);
    expect(seen()).toEqual(wanted);
    folder.lend();
    for (const name of ['a', 'd/a']) {
      rmSync(join(folder.disk, name));
      writeFileSync(join(folder.disk, name), 'x');
    }
    writeFileSync(join(folder.disk, 'e/c.lock'), '1');
    expect(seen()).not.toEqual(wanted);
    folder.fill(first);
    expect(seen()).toEqual(wanted);
  });

  it('holds it again after a program had it, and nothing that is disregarded', () => {
    const core = new Core(Image.empty());
    core.writeFile('/a', Buffer.from('old'));
    folder.fill(core.image);
    const time = statSync(join(folder.disk, 'a')).mtimeMs;
    folder.lend();
    writeFileSync(join(folder.disk, 'a'), 'new');
    writeFileSync(join(folder.disk, 'b'), 'more');
    writeFileSync(join(folder.disk, 'c.lock'), '1');
    chmodSync(folder.disk, 0o700);
    const after = folder.read();
    expect(difference(core.image, after)).toContain(
      '/a holds other bytes than in the record, from byte 0 on',
    );
    folder.fill(core.image);
    folder.lend();
    expect(difference(core.image, folder.read())).toBeUndefined();
    // No program can tell by its time which file was there before.
    expect(statSync(join(folder.disk, 'a')).mtimeMs).toBe(time);
    expect(() => statSync(join(folder.disk, 'c.lock'))).toThrow('ENOENT');
  });
});
