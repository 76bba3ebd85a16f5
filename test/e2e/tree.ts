import { execFileSync } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  chmod,
  chown,
  link,
  lstat,
  mkdir,
  open,
  readFile,
  readdir,
  readlink,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';

const MEGABYTE = 2 ** 20;
const SMALL_FILES = 10_000;
const LONG_AGO = new Date('2001-02-03T04:05:06Z');

/**
 * A tree that mixes everything: empty files, 100 MB, what can be compressed and what can't, all kinds of links and
 * special files, odd modes and names, and 10,000 small files.
 */
export async function makeTree(root: string): Promise<void> {
  await makeContents(root);
  await makeLinks(root);
  await makeModes(root);
  await makeNames(root);
  await mkdir(join(root, 'many'));
  for (let at = 0; at < SMALL_FILES; at++) {
    if (at % 100 === 0) await mkdir(join(root, `many/${at / 100}`));
    await writeFile(join(root, `many/${Math.floor(at / 100)}/${at}`), `small file ${at}\n`);
  }
}

async function makeContents(root: string): Promise<void> {
  await writeFile(join(root, 'empty'), '');
  await writeFile(join(root, 'text.txt'), 'one line\n'.repeat(50_000));
  await writeFile(join(root, 'noise.bin'), randomFillSync(Buffer.alloc(3 * MEGABYTE)));
  await writeFile(join(root, 'packed.gz'), randomFillSync(Buffer.alloc(MEGABYTE)));
  const big = await open(join(root, 'big.img'), 'w');
  for (let at = 0; at < 100; at += 10) {
    const part = Buffer.alloc(MEGABYTE, `part ${at} of a large file; `);
    await big.write(part, 0, part.length, at * MEGABYTE);
  }
  await big.truncate(100 * MEGABYTE);
  await big.close();
  await mkdir(join(root, 'empty directory'));
  await utimes(join(root, 'text.txt'), LONG_AGO, LONG_AGO);
}

async function makeLinks(root: string): Promise<void> {
  await symlink('text.txt', join(root, 'link'));
  await symlink('/nowhere/at all', join(root, 'dangling'));
  await link(join(root, 'text.txt'), join(root, 'second name'));
  await link(join(root, 'empty'), join(root, 'second empty'));
  execFileSync('mkfifo', [join(root, 'fifo')]);
}

async function makeModes(root: string): Promise<void> {
  await mkdir(join(root, 'modes'));
  for (const mode of [0o000, 0o400, 0o755, 0o4755, 0o2711, 0o1777]) {
    const name = join(root, 'modes', mode.toString(8));
    await writeFile(name, `mode ${mode.toString(8).padStart(4, '0')}.`);
    if (process.getuid?.() === 0) await chown(name, 12_345, 54_321);
    await chmod(name, mode);
  }
  await mkdir(join(root, 'modes/sticky'));
  await chmod(join(root, 'modes/sticky'), 0o1777);
  await utimes(join(root, 'modes/sticky'), LONG_AGO, LONG_AGO);
}

async function makeNames(root: string): Promise<void> {
  await mkdir(join(root, 'names'));
  const odd = [
    'with space',
    'Größe und Ünïcode',
    'new\nline',
    'quote"\'',
    '-dash',
    '.hidden',
    '~tilde',
    'x!',
    'x',
    'xZ',
  ];
  const latin1 = Buffer.from('latin1 \xe4\xff', 'latin1');
  for (const name of [...odd.map((text) => Buffer.from(text)), latin1])
    await writeFile(Buffer.concat([Buffer.from(`${root}/names/`), name]), name);
  await mkdir(join(root, 'names/x.d'));
  await writeFile(join(root, 'names/x.d', 'n'.repeat(255)), 'a long name');
}

/** What happens to it before the next backup, the `round`th of them: some of each. */
export async function changeTree(root: string, round: number): Promise<void> {
  const big = await open(join(root, 'big.img'), 'r+');
  await big.write(Buffer.from(`change ${round} in the middle`), 0, 22, (50 + round) * MEGABYTE + 5);
  await big.close();
  await writeFile(join(root, 'text.txt'), 'the end\n', { flag: 'a' });
  await writeFile(join(root, 'names/with space'), `longer than before ${round}`);
  await writeFile(join(root, `names/new\nfile ${round}`), 'new');
  await writeFile(join(root, 'packed.gz'), randomFillSync(Buffer.alloc(MEGABYTE)));
  await chmod(join(root, 'noise.bin'), 0o640 + round);
  await rm(join(root, `many/7${round}`), { recursive: true });
  await rename(join(root, `many/8${round}`), join(root, `many/moved ${round}`));
  await rm(join(root, 'link'));
  if (round % 2 === 1) await writeFile(join(root, 'link'), 'a file where a link was');
  else await symlink(`text.txt`, join(root, 'link'));
}

/** What a restore has to bring back of a path. Access and change times are nobody's to set. */
export interface Node {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. Not of symlinks, which the client restores without. */
  readonly mtime?: number;
  readonly size?: number;
  readonly sha256?: string;
  readonly target?: string;
  /** The first path, in byte order, that is the same file. */
  readonly sameAs?: string;
}

/** All of a tree, by path below the root, as bytes in latin1. */
export async function treeOf(root: string): Promise<Map<string, Node>> {
  const nodes = new Map<string, Node>();
  const first = new Map<number, string>();
  await walk(Buffer.from(root), '', async (path, name) => {
    nodes.set(name, await nodeOf(path, name, first));
  });
  return nodes;
}

type Visit = (path: Buffer, name: string) => Promise<void>;

async function walk(path: Buffer, name: string, visit: Visit): Promise<void> {
  await visit(path, name);
  if (!(await lstat(path)).isDirectory()) return;
  const names = await readdir(path, { encoding: 'buffer' });
  for (const one of names.sort((left, right) => left.compare(right)))
    await walk(Buffer.concat([path, Buffer.from('/'), one]), `${name}/${one.toString('latin1')}`, visit);
}

async function nodeOf(path: Buffer, name: string, first: Map<number, string>): Promise<Node> {
  const stat = await lstat(path);
  const { mode, uid, gid } = stat;
  const mtime = Math.floor(stat.mtimeMs / 1000);
  if (stat.isSymbolicLink()) return { mode, uid, gid, target: await readlink(path, 'latin1') };
  if (!stat.isFile()) return { mode, uid, gid, mtime };
  const before = first.get(stat.ino);
  first.set(stat.ino, before ?? name);
  const sameAs = before === undefined ? {} : { sameAs: before };
  return { mode, uid, gid, mtime, size: stat.size, sha256: await hashOf(path, stat.size), ...sameAs };
}

async function hashOf(path: Buffer, size: number): Promise<string> {
  const hash = createHash('sha256');
  // Streams are slow to open, and there are many files.
  if (size < MEGABYTE) return hash.update(await readFile(path)).digest('hex');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Paths that differ between two trees, each with what is there; an empty list if they are equal. */
export function differences(wanted: ReadonlyMap<string, Node>, found: ReadonlyMap<string, Node>): string[] {
  const paths = [...new Set([...wanted.keys(), ...found.keys()])];
  return paths.flatMap((path) => {
    const [left, right] = [wanted, found].map((tree) => JSON.stringify(tree.get(path)) ?? 'nothing');
    return left === right ? [] : [`${JSON.stringify(path)}: ${left} became ${right}`];
  });
}
