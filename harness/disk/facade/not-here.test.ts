import * as nodeFs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Core } from '../core/core.ts';
import { Image } from '../image/image.ts';
import { createFacade } from './facade.ts';

type Any = Record<string, (...args: unknown[]) => unknown>;
const facade = createFacade(new Core(Image.empty().fork()));
const fs = facade as unknown as Any;

describe('a function of node:fs that the facade has not', () => {
  it('says which one to use instead, where there is one', () => {
    expect(() => fs['writeFileSync']!('/f', 'x')).toThrow(
      /^fs\.writeFileSync is not there, as fs is like node:fs\/promises: use await fs\.writeFile; a module that uses all/,
    );
    expect(() => fs['fsyncSync']!(3)).toThrow('use sync of the handle that fs.open returns');
  });

  it('says which there are, where there is none, and where all of node:fs is', () => {
    expect(() => fs['watch']!('/f')).toThrow(
      /there are access, appendFile, .*writeFile; .*docs\/node-programs\.md$/,
    );
  });

  it('is never simply no function, also when it was taken out of fs before it is called', () => {
    const names = Object.entries(nodeFs).filter(
      ([name, value]) => typeof value === 'function' && /^[a-z]/.test(name),
    );
    expect(names.map(([name]) => name).filter((name) => typeof fs[name] !== 'function')).toEqual([]);
    const { existsSync } = fs;
    expect(() => existsSync!('/f')).toThrow('fs.existsSync is not there');
  });

  it('leaves those that are there as they are, and is not listed with them', async () => {
    await facade.writeFile('/f', 'x');
    expect(await facade.readFile('/f', 'utf8')).toBe('x');
    expect(Object.keys(facade)).not.toContain('watch');
  });
});

describe('a callback', () => {
  it('is told to be none of the promises', async () => {
    await expect(fs['writeFile']!('/f', 'x', () => {})).rejects.toThrow(
      'takes no callback: await what it returns',
    );
  });
});

describe('fs.promises', () => {
  it('is fs', () => {
    expect(facade.promises).toBe(facade);
  });
});

describe('a file handle', () => {
  it('says what fsync(fd) and the others are called on it', async () => {
    const file = (await facade.open('/f', 'w')) as unknown as Any;
    expect(() => file['fsync']!()).toThrow('a file handle has no fsync: use sync()');
    expect(() => file['fdatasync']!()).toThrow('use datasync()');
    expect(() => file['readLines']!()).toThrow(/there are appendFile, .*; a module that uses all of node:fs/);
    await file['sync']!();
    await file['close']!();
  });
});
