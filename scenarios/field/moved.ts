import { broken, scenario, type Life, type Scenario } from '../../harness/index.ts';
import { bytesOf, sync } from '../records.ts';

const FROM = '/inbox/letter';
const TO = '/archive/letter';

/**
 * A move to another disk, where a rename fails with EXDEV, and everybody falls back on a copy and an unlink, as mv(1) does.
 * Nothing orders the two: the unlink may be durable when the copy is not.
 *
 * @param syncs whether the copy, and its name, are durable before the original goes
 */
export function moved(name: string, summary: string, syncs: boolean): Scenario {
  return scenario({
    name,
    summary,
    volumes: { '/archive': 'same' },
    async setup({ fs, acknowledge }) {
      await fs.mkdir('/inbox');
      await fs.mkdir('/archive');
      await fs.writeFile(FROM, 'a letter');
      acknowledge('a letter');
    },
    async run(life) {
      await move(life, syncs);
    },
    async recover(life) {
      if ((await life.fs.readdir('/inbox')).length > 0) await move(life, syncs);
    },
    async check({ fs }, [letter]) {
      const texts = [await bytesOf(fs, FROM), await bytesOf(fs, TO)].map((bytes) =>
        Buffer.from(bytes).toString(),
      );
      if (letter === undefined || texts.includes(letter)) return undefined;
      return broken('the letter is in one of the two places', `they hold ${JSON.stringify(texts)}`, 'lost');
    },
  });
}

async function move({ fs }: Life, syncs: boolean): Promise<void> {
  try {
    await fs.rename(FROM, TO);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await fs.writeFile(TO, await fs.readFile(FROM));
    if (syncs) await sync(fs, TO);
    if (syncs) await sync(fs, '/archive');
    await fs.unlink(FROM);
  }
  await sync(fs, '/inbox');
}
