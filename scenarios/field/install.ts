import { broken, scenario, type Life, type Scenario } from '../../harness/index.ts';
import { bytesOf, sync } from '../records.ts';

type Fs = Life['fs'];

const DIRECTORIES = ['/bin', '/etc', '/lib', '/man', '/share', '/var'] as const;
const FILES = 120;
const STATUS = '/var/status';
const LOG = '/var/log';

/** The files of the package, spread over the directories. */
function filesOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `${DIRECTORIES[i % DIRECTORIES.length]!}/file${i}`);
}

function textOf(path: string, version: number): string {
  return `${path}, version ${version}\n`.repeat(8);
}

/**
 * A package of so many files is installed over its old version, as dpkg did until 2010 (Debian bug 430958): each file is
 * unpacked beside the old one and renamed over it, and nothing is synced before that. After a power cut, files are empty.
 *
 * @param syncs whether each file is durable before it is renamed
 */
export function install(name: string, summary: string, syncs: boolean): Scenario {
  const files = filesOf(FILES);
  return scenario({
    name,
    summary,
    async setup({ fs }) {
      for (const directory of DIRECTORIES) await fs.mkdir(directory);
      for (const path of files) await fs.writeFile(path, textOf(path, 1));
      await fs.writeFile(STATUS, 'version 1');
      await fs.writeFile(LOG, '');
    },
    async run({ fs, acknowledge }) {
      for (const path of files) await unpack(fs, path, syncs);
      for (const directory of DIRECTORIES) await sync(fs, directory);
      await fs.writeFile(`${STATUS}.new`, 'version 2');
      await sync(fs, `${STATUS}.new`);
      await fs.rename(`${STATUS}.new`, STATUS);
      await sync(fs, '/var');
      acknowledge('installed');
      await fs.appendFile(LOG, 'installed version 2\n');
    },
    async recover({ fs }) {
      for (const directory of DIRECTORIES) {
        const left = (await fs.readdir(directory)).filter((each) => each.endsWith('.new'));
        for (const each of left) await fs.unlink(`${directory}/${each}`);
        if (left.length > 0) await sync(fs, directory);
      }
    },
    async check({ fs }, acknowledged) {
      const installed = acknowledged.includes('installed');
      for (const path of files) {
        const text = Buffer.from(await bytesOf(fs, path)).toString();
        if (text === textOf(path, 2) || (text === textOf(path, 1) && !installed)) continue;
        return broken('each file is the old one or the new one', `${path} is neither`);
      }
      return undefined;
    },
  });
}

async function unpack(fs: Fs, path: string, syncs: boolean): Promise<void> {
  const file = await fs.open(`${path}.new`, 'wx');
  await file.writeFile(textOf(path, 2));
  if (syncs) await file.sync();
  await file.chmod(0o755);
  await file.close();
  await fs.rename(`${path}.new`, path);
}
