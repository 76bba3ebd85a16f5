import { scriptSchema, type Script } from '../../harness/disk/script.ts';

/**
 * What the recorded observations don't ask: small lives about fsyncs that log one thing and not another. Each line is a
 * life; `|` parts what is durable before it from the life itself. Words:
 * - `+F` makes the file F and writes a page of its first letter; `+F!` fsyncs it as well; `F!` only fsyncs it
 * - `/D` makes the directory D; `D!!` fsyncs the directory, `.!!` the root
 * - `A>B` renames, `A=B` links B to A, `A~T` makes the symlink A to T, `-A` removes, `A:N` cuts or extends A to N bytes
 * - `A*C` overwrites the first page of A with the letter C
 * - `*` is an fsync of an unrelated new file, as any other program may do at any time
 */
const LIVES = [
  '| +A! +B B>A *',
  '| +A! .!! +B B>A *',
  '/D +D/B | +A! .!! D/B>A *',
  '/D +D/B | +A! D/B>A *',
  '/D | A~x .!! D/t~y D/t>A *',
  '| A~x .!! t~y t>A *',
  '+A | A*n A! +B B>A *',
  '+A | A*n A! .!! +B B>A *',
  '+B | +A! B>A *',
  '+B | +A! B*n B! B>A *',
  '| +A! /Y -A *',
  '| +A! /Y A>Z *',
  '| +A! /Y A=L *',
  '| +A! /Y A:10 *',
  '| +A! -A +A *',
  '+A | A*n A! /Y -A *',
  '+A | A*n A! /Y A>Z *',
  '+A | A*n A! /Y A=L *',
  '+A | A! /Y -A *',
  '| +A .!! /Y -A *',
  '+A | +N! .!! /Y -A *',
  '+A | +N! .!! /Y A>Z *',
  '| +A! .!! /Y +C *',
  '| +A! /N A>N/A *',
  '| /D D!! D>E *',
  '| /E +E/A! +B B>E/A *',
  '| /P P!! /Y P>Q +Q/x!',
  '+A | A>Z .!! /Y *',
  '| +t! t>A +t! t>A *',
  '+A | +t t>A *',
  '+A | +t! t>A .!!',
  '| +A! -A /Y .!!',
  '| w~x .!! w>f *',
  'c~v1 | t~v2 t>c *',
  '| +A +B B!',
  '+A +B | A>C B! *',
  '+A | /Y A! *',
  '/D | +D/x! D>E *',
  '| /D +x x>D/x D!!',
  '+A +B | A*n B*n B!',
] as const;

/** The lives by their own text. */
export const workloads: ReadonlyMap<string, Script> = new Map(
  LIVES.map((text) => {
    const [setup, ops] = text.split('|').map((half) => opsOf(half));
    return [text, scriptSchema.parse({ setup, ops })];
  }),
);

type Draft = Readonly<Record<string, unknown>>;

function fileWith(path: string, char: string, flags: string, sync: boolean): readonly Draft[] {
  return [
    { op: 'open', fd: 'h', path, flags },
    { op: 'pwrite', fd: 'h', data: [char, 4096], offset: 0 },
    ...(sync ? [{ op: 'fsync', fd: 'h' }] : []),
    { op: 'close', fd: 'h' },
  ];
}

function opsOf(half: string): readonly Draft[] {
  return half.split(' ').filter(Boolean).flatMap(opOf);
}

function opOf(word: string): readonly Draft[] {
  if (word === '*') return fileWith('unrelated', 'u', 'O_WRONLY|O_CREAT', true);
  if (word.endsWith('!!')) return [{ op: 'fsyncdir', path: word.slice(0, -2) }];
  if (word.startsWith('/')) return [{ op: 'mkdir', path: word.slice(1) }];
  if (word.startsWith('-')) return [{ op: 'unlink', path: word.slice(1) }];
  const [, made, path, sync] = /^(\+?)([^!]+)(!?)$/.exec(word)!;
  const letter = path!.split('/').at(-1)![0]!;
  if (made) return fileWith(path!, letter, 'O_WRONLY|O_CREAT', sync === '!');
  if (sync)
    return [
      { op: 'open', fd: 'h', path, flags: 'O_WRONLY' },
      { op: 'fsync', fd: 'h' },
      { op: 'close', fd: 'h' },
    ];
  return changeOf(word);
}

function changeOf(word: string): readonly Draft[] {
  const [, from, sign, to] = /^([^>=~:*]+)([>=~:*])(.+)$/.exec(word)!;
  switch (sign) {
    case '>':
      return [{ op: 'rename', from, to }];
    case '=':
      return [{ op: 'link', from, to }];
    case '~':
      return [{ op: 'symlink', path: from, target: to }];
    case ':':
      return [{ op: 'truncate', path: from, size: Number(to) }];
    default:
      return fileWith(from!, to!, 'O_WRONLY', false);
  }
}
