import * as realFs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Core } from '../core/core.ts';
import { Image } from '../image/image.ts';
import { IS_NODE_20 } from '../testing/fs-command.ts';
import { FORMS, type Form, FsSubject } from '../testing/fs-forms.ts';
import { nodeDisk, realDisk } from '../testing/sync-disk.ts';
import { makePlayground, type Playground } from '../testing/temp-dir.ts';
import { treeText } from '../testing/tree-text.ts';
import { createTestVolume } from '../testing/volume.ts';

/** Node copies with code of its own for each form, and they don't agree: random commands meet too few of the pairs. */
let playground: Playground;

beforeAll(() => void (playground = makePlayground()));
afterAll(() => playground.remove());

type Fs = typeof realFs;

/** What may be at either end, `at` its place and `root` where the others are. */
const KINDS: Readonly<Record<string, (fs: Fs, at: string, root: string) => void>> = {
  nothing: () => {},
  'a file': (fs, at) => fs.writeFileSync(at, at.slice(-1)),
  'a directory': (fs, at) => fs.mkdirSync(at),
  'a directory with a file': (fs, at) => {
    fs.mkdirSync(at);
    fs.writeFileSync(`${at}/x`, at.slice(-1));
  },
  'a link to a file': (fs, at, root) => fs.symlinkSync(`${root}/file`, at),
  'a relative link to a file': (fs, at) => fs.symlinkSync('file', at),
  'a link to a directory': (fs, at, root) => fs.symlinkSync(`${root}/directory`, at),
  'a link to a directory in it': (fs, at, root) => fs.symlinkSync(`${root}/directory/below`, at),
  'a link to nothing': (fs, at, root) => fs.symlinkSync(`${root}/gone`, at),
  'a link to itself': (fs, at) => fs.symlinkSync(at, at),
  'a link to the source': (fs, at, root) => fs.symlinkSync(`${root}/a`, at),
  'a link to the target': (fs, at, root) => fs.symlinkSync(`${root}/b`, at),
};

const OPTIONS: readonly Record<string, boolean>[] = [true, false].flatMap((recursive) =>
  [
    {},
    { dereference: true },
    { verbatimSymlinks: true },
    { force: false },
    { errorOnExist: true, force: false },
  ].map((each) => ({ recursive, ...each })),
);

async function copied(fs: Fs, form: Form, from: string, to: string, options: object): Promise<unknown> {
  const { root } = playground;
  fs.mkdirSync(`${root}/directory/below`, { recursive: true });
  fs.writeFileSync(`${root}/file`, 'file');
  KINDS[from]!(fs, `${root}/a`, root);
  KINDS[to]!(fs, `${root}/b`, root);
  const place = (path: string) => ({ path, as: 'text' as const });
  const came = await new FsSubject(fs, form, root).run({
    call: 'cp',
    args: [place('a'), place('b'), { value: options }],
  });
  return [came, treeText(fs === realFs ? realDisk : nodeDisk(fs), root)];
}

async function pairs(form: Form, from: string): Promise<{ real: unknown[]; ours: unknown[] }> {
  const [real, ours]: [unknown[], unknown[]] = [[], []];
  for (const to of Object.keys(KINDS)) {
    for (const options of OPTIONS) {
      playground.reset();
      const said = `${from} over ${to}, ${JSON.stringify(options)}`;
      real.push([said, await copied(realFs, form, from, to, options)]);
      const core = new Core(Image.empty());
      core.mkdirp(playground.root);
      ours.push([said, await copied(createTestVolume(core).fs, form, from, to, options)]);
    }
  }
  return { real, ours };
}

// Later versions compare links over links otherwise, and the synchronous copy there ends the whole process.
describe.skipIf(process.platform !== 'linux' || !IS_NODE_20)('a copy comes to what Node makes of it', () => {
  for (const form of FORMS) {
    it.each(Object.keys(KINDS))(`in ${form} form, of %s over anything`, async (from) => {
      const { real, ours } = await pairs(form, from);
      expect(ours).toEqual(real);
    });
  }

  it('and the forms differ, so that one for all would be told', async () => {
    const [sync, promise] = [
      await pairs('sync', 'a link to itself'),
      await pairs('promise', 'a link to itself'),
    ];
    expect(sync.real).not.toEqual(promise.real);
  });
});
