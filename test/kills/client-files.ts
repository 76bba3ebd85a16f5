import { chmod, link, lutimes, mkdir, open, rm, symlink, writeFile } from 'node:fs/promises';

/** Seconds since 1970: long ago, and a day for each state, so that every change shows. */
const T = 1_600_000_000;
const DAY = 86_400;
/**
 * The access time of everything, in seconds since 1970, in 2037. It lies in the future because a backup records it
 * and reading must not change it: file systems that are mounted with relatime leave such a time alone.
 */
export const ACCESSED = 2_114_380_800;

/** Long enough that a server asks for a difference when it has changed. */
const TEXT = 'one line after another\n'.repeat(800);
/** More than one page of the simulated disk, and hardly compressible. */
const LARGE = Uint8Array.from({ length: 6000 }, (_, i) => (i * i * 31 + (i >> 3) * 17) & 0xff);

/** Brings the client's directory, which is there, from one state to the next; state 1 comes from an empty one. */
export async function toState(number: 1 | 2 | 3, directory: string): Promise<void> {
  await STATES[number - 1]!(new Client(directory, T + number * DAY));
}

const STATES: readonly ((client: Client) => Promise<void>)[] = [
  async (client) => {
    await client.file('changed', TEXT);
    await client.file('deleted', 'this one goes');
    await client.file('empty', '', 0o755);
    await client.file('first', 'a file with two names');
    await client.hardLink('first', 'second');
    await client.symlink('link', 'changed');
    await client.file('odd', 'not for everybody', 0o4710);
    await client.directory('sub', 0o700);
    await client.file('sub/same', LARGE);
    await client.touch('sub');
    await client.touch('');
  },
  async (client) => {
    await client.file('changed', `${TEXT.slice(0, 200)}changed here${TEXT.slice(200)}`);
    await client.touch('');
  },
  async (client) => {
    await client.file('changed', `first of all ${TEXT}`);
    await client.remove('deleted');
    await client.file('empty', 'not any more', 0o640);
    await client.directory('fresh', 0o1751);
    await client.file('fresh/new', TEXT.toUpperCase());
    await client.symlink('link', 'nowhere');
    await client.touch('fresh');
    await client.touch('');
  },
];

/** Changes a directory, and stamps what it makes with one time. */
class Client {
  private readonly directoryPath: string;
  private readonly time: number;

  constructor(directory: string, time: number) {
    this.directoryPath = directory;
    this.time = time;
  }

  async file(name: string, data: string | Uint8Array, mode = 0o644): Promise<void> {
    const path = await this.cleared(name);
    await writeFile(path, data, { flag: 'wx' });
    const file = await open(path);
    await file.chmod(mode);
    // Until its data has a place on the disk, a file's number of blocks, which is recorded, may still change.
    await file.sync();
    await file.close();
    await this.touch(name);
  }

  async directory(name: string, mode: number): Promise<void> {
    const path = this.at(name);
    await mkdir(path);
    await chmod(path, mode);
  }

  async symlink(name: string, target: string): Promise<void> {
    await symlink(target, await this.cleared(name));
    await this.touch(name);
  }

  async hardLink(existing: string, name: string): Promise<void> {
    await link(this.at(existing), await this.cleared(name));
    await this.touch(name);
  }

  async remove(name: string): Promise<void> {
    await rm(this.at(name));
  }

  /** For a directory, after all that is made in it. */
  async touch(name: string): Promise<void> {
    await lutimes(this.at(name), ACCESSED, this.time);
  }

  /** A changed file is a new one, as most editors save it. */
  private async cleared(name: string): Promise<string> {
    await rm(this.at(name), { force: true });
    return this.at(name);
  }

  private at(name: string): string {
    return name === '' ? this.directoryPath : `${this.directoryPath}/${name}`;
  }
}
