import { chmod, link, mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { execa } from 'execa';

/** Something like a log: long enough for deltas, different in each version. */
function text(version: number): string {
  const line = (at: number): string =>
    `line ${at}, ${at % 5 === version % 5 ? `of version ${version}` : 'as ever'}\n`;
  return Array.from({ length: 200 }, (_, at) => line(at)).join('');
}

/** Brings a client's directory into the state of one day: of every kind of entry some that change, come and go. */
export async function toVersion(files: string, version: number): Promise<void> {
  const at = (name: string): string => `${files}/${name}`;
  const write = async (name: string, data: string | Buffer, changed = version): Promise<void> => {
    await writeFile(Buffer.isBuffer(data) ? at(name) : at(name), data);
    await utimes(at(name), changed * 1000, changed * 1000);
  };
  if (version === 1) await makeLasting(files, write);
  await write('changes', text(version));
  await write('packed.gz', text(version));
  await write(`new-${version}`, `new in ${version}\n`);
  await write('sub/grows', 'x'.repeat(version * 100));
  await write('sub/empty-then-not', version === 1 ? '' : `${version}`);
  if (version > 1) await rm(at(`new-${version - 1}`));
  await rm(at('to'), { force: true });
  await symlink(`version ${version}`, at('to'));
  await chmod(at('sub'), 0o700 + version);
  for (const name of ['sub', '.']) await utimes(at(name), version * 1000, version * 1000);
}

type Write = (name: string, data: string, changed?: number) => Promise<void>;

async function makeLasting(files: string, write: Write): Promise<void> {
  const at = (name: string): string => `${files}/${name}`;
  await mkdir(at('sub/deeper'), { recursive: true });
  await write('same', 'always the same\n');
  await write('same.gz', 'always the same\n');
  await write('sub/deeper/empty', '');
  await write('a name with spaces, \u00fcml\u00e4uts\nand a line end', 'odd name\n');
  await link(at('same'), at('second name'));
  await execa('mkfifo', [at('pipe')]);
  await writeFile(Buffer.concat([Buffer.from(at('latin')), Buffer.from([0xe9])]), 'not UTF-8\n');
}
