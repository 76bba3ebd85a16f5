import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Core } from '../../harness/disk/core/core.ts';
import { Image } from '../../harness/disk/image/image.ts';
import { Recoveries } from '../../harness/programs/traced/recoveries.ts';
import { Folder } from '../../harness/trace/folder.ts';
import { ignoring } from '../../harness/trace/ignored.ts';
import { difference } from '../../harness/trace/real-tree.ts';
import { record, type Life } from '../../harness/trace/record.ts';
import { missing, PYTHON } from './programs.ts';
import { recovery } from './random-script.ts';

const WITHOUT = missing('strace', PYTHON);

type Disk = Readonly<Partial<Record<string, string>>>;

/** Disks that have most in common: few names, few texts; `&a` is one more name of what `a` is, `->a` a symlink. */
const disk: fc.Arbitrary<Disk> = fc.dictionary(
  fc.constantFrom('a', 'b', 'c', 'd/', 'd/a', 'd/b', 'd/e', 's'),
  fc.constantFrom('', 'x', 'y', 'y'.repeat(5000), '&a', '->a'),
);

function imageOf(files: Disk): Image {
  const core = new Core(Image.empty());
  if (Object.keys(files).some((path) => path.startsWith('d/'))) core.mkdir('/d');
  const all = Object.entries(files).filter(([path]) => path !== 'd/') as [string, string][];
  const isOther = (text: string): boolean => text === '&a';
  for (const [path, text] of all.toSorted((one, two) => Number(isOther(one[1])) - Number(isOther(two[1])))) {
    if (text === '->a') core.symlink('a', `/${path}`);
    else if (isOther(text) && path !== 'a' && (files['a'] ?? '&a') !== '&a') core.link('/a', `/${path}`);
    else core.writeFile(`/${path}`, Buffer.from(text));
  }
  return core.image;
}

function after(life: Life, boot: Image): Image {
  const core = new Core(boot.fork());
  life.again(core, () => {});
  return core.image;
}

describe.skipIf(WITHOUT)(`a recovery that is not repeated${WITHOUT ?? ''}`, () => {
  const folder = new Folder('disk', ignoring([]));
  afterAll(() => folder.remove());

  async function recorded(boot: Image, text: string): Promise<Life> {
    folder.fill(boot);
    folder.lend();
    const env = { PATH: process.env['PATH']! };
    return await record(folder, boot, { argv: [PYTHON, '-c', text], env, timeLimit: 60_000, looks: true });
  }

  it('leads where the program would have led, whatever it does and whatever it finds', async () => {
    let known = 0;
    await fc.assert(
      fc.asyncProperty(recovery, fc.array(disk, { minLength: 6, maxLength: 10 }), async (text, disks) => {
        const recoveries = new Recoveries(async (boot) => await recorded(boot, text));
        for (const boot of disks.map(imageOf)) {
          const before = recoveries.counts.known;
          const life = await recoveries.recover(boot);
          if (recoveries.counts.known === before) continue;
          known++;
          const real = after(await recorded(boot, text), boot);
          expect(difference(after(life, boot), real)).toBeUndefined();
        }
      }),
      { numRuns: 15 },
    );
    expect(known).toBeGreaterThan(5);
  });

  it('is one that asks of the disk only what is the same', async () => {
    const text = `import os\nif open('disk/a').read() == 'x': os.rename('disk/b', 'disk/c')`;
    const recoveries = new Recoveries(async (boot) => await recorded(boot, text));
    for (const files of [
      { a: 'x', b: '1' },
      { a: 'x', b: '2' },
      { a: 'x', b: '3', z: '1' },
      { a: 'y', b: '1' },
    ])
      await recoveries.recover(imageOf(files));
    const { recorded: ran, known, compared } = recoveries.counts;
    expect({ ran, other: known + compared }).toEqual({ ran: 2, other: 2 });
  });
});
