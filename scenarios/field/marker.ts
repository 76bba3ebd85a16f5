import { broken, scenario, type Life, type Scenario } from '../../harness/index.ts';
import { bytesOf, sync } from '../records.ts';

const PART = '/store/part';
const MARKER = '/meta/part-is-there';

/**
 * A part of a table is put in its place, and a marker on another disk says so. The marker is durable before what it
 * marks; ClickHouse then missed the part (issue 111339).
 *
 * @param syncs whether the part's name is durable before the marker is written
 */
export function marker(name: string, summary: string, syncs: boolean): Scenario {
  return scenario({
    name,
    summary,
    volumes: { '/meta': 'same' },
    async setup({ fs }) {
      await fs.mkdir('/store');
      await fs.mkdir('/meta');
    },
    async run(life) {
      await addPart(life, syncs);
    },
    async recover({ fs }) {
      await fs.rm('/store/part.tmp', { force: true });
    },
    async check({ fs }) {
      const marked = (await fs.readdir('/meta')).length > 0;
      const bytes = await bytesOf(fs, PART);
      if (!marked || bytes.length > 0) return undefined;
      return broken('what is marked is there', 'the marker is there, and the part is not');
    },
  });
}

async function addPart({ fs }: Life, syncs: boolean): Promise<void> {
  await fs.writeFile('/store/part.tmp', 'rows and columns');
  await sync(fs, '/store/part.tmp');
  await fs.rename('/store/part.tmp', PART);
  if (syncs) await sync(fs, '/store');
  await (await fs.open(MARKER, 'wx')).close();
  await sync(fs, '/meta');
}
