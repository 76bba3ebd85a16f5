import { Image } from '../../../disk/image/image.ts';
import { inline } from '../../inline.ts';
import type { LifeRecord } from '../../program.ts';
import { program, type ProgramLife } from '../program.ts';

/** The modules that these tests run. */
export const MODULES = new URL('./modules/', import.meta.url);

type Call = (...args: unknown[]) => unknown;
export interface Loaded {
  readonly default: Call;
  readonly [name: string]: Call;
}

/** One life of a module, and what it came to. */
export async function live(
  load: string,
  run: (life: ProgramLife<Loaded>) => Promise<unknown>,
  boot = Image.empty(),
): Promise<{ record: LifeRecord; result: unknown }> {
  let result: unknown;
  const scenario = program<Loaded>({
    name: 'x',
    load: `./modules/${load}`,
    from: import.meta.url,
    async run(life) {
      result = await run(life);
      life.fs.writeFileSync('/touched', '');
    },
    check: async () => {},
  });
  const record = await inline(scenario).live({ part: 'run', boot, time: 1_000 });
  return { record, result };
}
