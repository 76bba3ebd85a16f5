import { broken, scenario, type Life, type Scenario } from '../../harness/index.ts';
import { bytesOf, sync } from '../records.ts';

const PATH = '/app/state';

/**
 * A program that removes left-over temporary files when it starts, and saves its state. If it does not wait for the first
 * before it begins the second, the temporary file of the save is taken for a left-over one, should the save be faster.
 *
 * @param waits whether the save begins when all is tidy
 */
export function tidy(name: string, summary: string, waits: boolean): Scenario {
  return scenario({
    name,
    summary,
    async setup({ fs }) {
      await fs.mkdir('/app');
      await fs.writeFile(PATH, 'old');
    },
    async run({ fs }) {
      const tidying = tidyUp(fs);
      if (waits) await tidying;
      await Promise.all([tidying, save(fs)]);
    },
    async recover({ fs }) {
      await tidyUp(fs);
    },
    async check({ fs }) {
      const text = Buffer.from(await bytesOf(fs, PATH)).toString();
      return ['old', 'new'].includes(text)
        ? undefined
        : broken('the state is old or new', JSON.stringify(text));
    },
  });
}

async function save(fs: Life['fs']): Promise<void> {
  await fs.writeFile(`${PATH}.tmp`, 'new', { flush: true });
  await fs.rename(`${PATH}.tmp`, PATH);
  await sync(fs, '/app');
}

async function tidyUp(fs: Life['fs']): Promise<void> {
  for (const name of await fs.readdir('/app'))
    if (name.endsWith('.tmp')) await fs.rm(`/app/${name}`, { force: true });
}
