import { broken, scenario, type Life, type Scenario } from '../../harness/index.ts';
import { bytesOf, sync } from '../records.ts';

const OLD = '/old/state';
const NEW = '/new/state';

/**
 * A program that moves its state into another directory, by a copy with another name, and then removes the old one. When
 * the process dies after the rename and the machine does not, the next start sees the new file and removes the old one:
 * a removal that may be durable before the rename is. It is the same mistake as to serve what was read, made with a name.
 *
 * @param syncs whether a start makes the name durable that it has seen, before it builds on it
 */
export function seenRename(name: string, summary: string, syncs: boolean): Scenario {
  return scenario({
    name,
    summary,
    async setup({ fs }) {
      await fs.mkdir('/old');
      await fs.mkdir('/new');
      await fs.writeFile(OLD, 'state');
    },
    async run({ fs }) {
      await fs.writeFile(`${NEW}.tmp`, 'state', { flush: true });
      await fs.rename(`${NEW}.tmp`, NEW);
      await sync(fs, '/new');
      await removeOld(fs);
    },
    async recover({ fs }) {
      await fs.rm(`${NEW}.tmp`, { force: true });
      const names = await fs.readdir('/new');
      if (!names.includes('state')) return;
      if (syncs) await sync(fs, '/new');
      if ((await fs.readdir('/old')).length > 0) await removeOld(fs);
    },
    async check({ fs }) {
      const texts = [await bytesOf(fs, OLD), await bytesOf(fs, NEW)].map((bytes) =>
        Buffer.from(bytes).toString(),
      );
      if (texts.includes('state')) return undefined;
      return broken('the state is in the old place or in the new one', 'it is in neither', 'lost');
    },
  });
}

async function removeOld(fs: Life['fs']): Promise<void> {
  await fs.unlink(OLD);
  await sync(fs, '/old');
}
