import { broken, scenario, type Life, type Scenario } from '../../harness/index.ts';

/** Which steps of the protocol are left out, or done wrong. */
export interface ReplaceFlaws {
  readonly noFsync?: boolean;
  readonly noDirectoryFsync?: boolean;
  readonly inPlace?: boolean;
}

const OLD = 'old '.repeat(1500);
const NEW = 'new '.repeat(1600);

/**
 * The protocol that everybody knows: write a temporary file, fsync it, rename it over the old one, fsync the
 * directory, and only then say that it is done. The contents are longer than a page, so that they can tear.
 */
export function atomicReplace(name: string, summary: string, flaws: ReplaceFlaws = {}): Scenario {
  return scenario({
    name,
    summary,
    async setup(life) {
      await life.fs.mkdir('/d');
      await life.fs.writeFile('/d/file', OLD);
    },
    async run(life) {
      await replace(life, flaws);
      life.acknowledge('new');
    },
    async recover({ fs }) {
      if ((await fs.readdir('/d')).includes('tmp')) await fs.unlink('/d/tmp');
    },
    async check({ fs }, acknowledged) {
      const names = await fs.readdir('/d');
      if (!names.includes('file'))
        return broken('the file exists', `/d holds ${names.join(', ') || 'nothing'}`, 'lost');
      const text = await fs.readFile('/d/file', 'utf8');
      if (text !== OLD && text !== NEW) {
        const start = JSON.stringify(text.slice(0, 8));
        return broken('the file is old or new', `it has ${text.length} bytes and begins with ${start}`);
      }
      if (acknowledged.includes('new') && text !== NEW) {
        return broken(
          'nothing acknowledged is lost',
          'the new content was acknowledged, the file holds the old',
          'lost',
        );
      }
      return undefined;
    },
  });
}

async function replace({ fs }: Life, flaws: ReplaceFlaws): Promise<void> {
  const path = flaws.inPlace ? '/d/file' : '/d/tmp';
  const file = await fs.open(path, flaws.inPlace ? 'r+' : 'wx');
  await file.writeFile(NEW);
  if (!flaws.noFsync) await file.sync();
  await file.close();
  if (!flaws.inPlace) await fs.rename('/d/tmp', '/d/file');
  if (flaws.noDirectoryFsync) return;
  const directory = await fs.open('/d', 'r');
  await directory.sync();
  await directory.close();
}
