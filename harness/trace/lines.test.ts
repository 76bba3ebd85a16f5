import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  fdOf,
  flagsOf,
  numberOf,
  pointedAt,
  splitArguments,
  textOf,
  vectorOf,
} from './arguments.ts';
import { ignoring } from './ignored.ts';
import { readTrace } from './lines.ts';

const hex = (text: string): string =>
  Buffer.from(text).reduce((all, byte) => `${all}\\x${byte.toString(16).padStart(2, '0')}`, '');

describe('a trace', () => {
  it('has calls in the order in which they came back, and who was born of whom', () => {
    const { calls, births, alive } = readTrace(
      [
        '10 vfork( <unfinished ...>',
        `11 unlink("${hex('a')}" <unfinished ...>`,
        '10 <... vfork resumed>) = 11',
        '10 fsync(3) = 0',
        '11 <... unlink resumed>) = -1 ENOENT (No such file or directory)',
        '11 +++ exited with 0 +++',
      ].join('\n'),
    );
    expect(calls.map(({ pid, name, result }) => [pid, name, result])).toEqual([
      [10, 'vfork', '11'],
      [10, 'fsync', '0'],
      [11, 'unlink', '-1 ENOENT (No such file or directory)'],
    ]);
    expect(calls[2]).toMatchObject({ args: `"${hex('a')}"`, entered: 2, left: 5 });
    expect(births.get(11)).toMatchObject({ parent: 10, at: 2 });
    expect(alive).toEqual([10]);
  });

  it('that can not be read whole is refused', () => {
    expect(() => readTrace('10 fsync(3) = 0\nstrace: oops')).toThrow(
      /^a line of the trace can't be read: strace: oops/,
    );
    expect(() => readTrace('10 <... fsync resumed>) = 0')).toThrow(/can't be read/);
    expect(() => readTrace('10 fork() = 11\n10 fork() = 11')).toThrow(
      'process number 11 was given out twice',
    );
  });
});

describe('arguments', () => {
  it('are parted at the commas between them', () => {
    const text = `3<${hex('/d')}>, [{iov_base="${hex('a,b')}", iov_len=3}, {iov_base="${hex('c')}", iov_len=1}], 2`;
    const [fd, vector, count] = splitArguments(text);
    expect(fdOf(fd!)).toEqual({ fd: 3, path: '/d' });
    expect(vectorOf(vector!).toString()).toBe('a,bc');
    expect(numberOf(count!)).toBe(2);
  });

  it('are numbers, flags, texts and bytes', () => {
    expect([numberOf('0644'), numberOf('0x10'), numberOf('-1')]).toEqual([0o644, 16, -1]);
    expect([pointedAt('[12] => [14]'), pointedAt('NULL')]).toEqual([12, undefined]);
    expect(fdOf(`AT_FDCWD<${hex('/')}>`)).toEqual({ fd: undefined, path: '/' });
    expect(fdOf(`5<${hex('/d/f')}>(deleted)`)).toEqual({ fd: 5, path: '/d/f' });
    expect([...flagsOf('O_RDWR|O_CREAT')]).toEqual(['O_RDWR', 'O_CREAT']);
    expect(textOf(`"${hex('für')}"`)).toBe('für');
    expect(bytesOf(String.raw`"\x00\xff"`)).toEqual(Buffer.from([0, 255]));
  });

  it('that strace has cut off, or that are no text, are refused', () => {
    expect(() => bytesOf('"\\x61"...')).toThrow('more bytes than strace records');
    expect(() => textOf(String.raw`"\xff"`)).toThrow('a name is no UTF-8');
    expect(() => numberOf('O_WHAT')).toThrow("a number can't be read");
  });
});

describe('what is disregarded', () => {
  it('is a name anywhere, or a path, with all that lies in it', () => {
    const ignored = ignoring(['*-shm', '/run/?.pid', 'tmp']);
    const paths = [
      '/a-shm',
      '/d/a-shm',
      '/run/1.pid',
      '/d/run/1.pid',
      '/run/10.pid',
      '/d/tmp/x',
      '/tmpx',
      '/a-shm.x',
    ];
    expect(paths.filter(ignored)).toEqual(['/a-shm', '/d/a-shm', '/run/1.pid', '/d/tmp/x']);
  });
});
