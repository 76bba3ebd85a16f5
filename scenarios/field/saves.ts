import { broken, scenario, type Life, type Scenario } from '../../harness/index.ts';
import { bytesOf, sync } from '../records.ts';

const PATH = '/app/state.json';

/** The shorter one is saved first: in the order of the calls, the longer one covers it. */
const STATES: readonly string[] = ['{"at":1}', '{"at":2,"open":["a"]}'];

type Save = (life: Life, text: string, nth: number) => Promise<void>;

/**
 * A program that saves its state twice and does not wait for the first save before it begins the second, as programs do
 * that save on every event. Whoever is overtaken must not spoil what the other one writes: electron-json-storage saved
 * through a temporary file whose name was the same each time (issue 70), and files held a mixture of both.
 */
export function saves(
  name: string,
  summary: string,
  save: Save,
  states: readonly string[] = STATES,
): Scenario {
  return scenario({
    name,
    summary,
    async setup({ fs }) {
      await fs.mkdir('/app');
    },
    async run(life) {
      await Promise.all(states.map(async (text, nth) => await save(life, text, nth)));
    },
    async recover({ fs }) {
      for (const name of await fs.readdir('/app')) if (name.endsWith('.tmp')) await fs.unlink(`/app/${name}`);
      await sync(fs, '/app');
    },
    async check({ fs }) {
      const text = Buffer.from(await bytesOf(fs, PATH)).toString();
      if (text === '' || states.includes(text)) return undefined;
      return broken('the state is one that was saved', JSON.stringify(text), 'corrupt');
    },
  });
}

async function replace({ fs }: Life, temporary: string, text: string): Promise<void> {
  await fs.writeFile(temporary, text, { flush: true });
  await fs.rename(temporary, PATH);
}

/** Both through one temporary file; that it is gone already is taken for a sign that another save was faster. */
export const throughOneName: Save = async (life, text) => {
  await replace(life, `${PATH}.tmp`, text).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
};

/** Each through a temporary file of its own. */
export const throughOwnNames: Save = async (life, text, nth) => {
  await replace(life, `${PATH}.${nth}.tmp`, text);
};
