import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createFacade } from '../disk/facade/facade.ts';
import { Core } from '../disk/core/core.ts';
import { Image } from '../disk/image/image.ts';
import { scenario, type Scenario } from '../programs/scenario.ts';
import { inDirectory, run, type Ran } from './testing/fake-io.ts';

const guide = await readFile(new URL('../../docs/writing-scenarios.md', import.meta.url), 'utf8');

/** The guide's fenced blocks, in order. */
const blocks = [...guide.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language, text]) => ({
  language: language!,
  text: text!,
}));
/** Its examples by what their first line calls them; some are parts of others, mended. */
const examples = new Map(
  blocks.flatMap(({ language, text }) => {
    const [, name, code] = /^\/\/ (.*)\n([^]*)$/.exec(text) ?? [];
    return language === 'js' ? [[name!, code!] as const] : [];
  }),
);
/** What it says that comes out of them: lines, shortened. */
const told = blocks.filter(({ language }) => language === '').map(({ text }) => text);

/** What the example imports: the package itself is only there once it has been built. */
const LIBRARY = fileURLToPath(new URL('../index.ts', import.meta.url));

/** The command is run here, and stories tell places as seen from where one stands. */
afterEach(() => void vi.restoreAllMocks());

async function runs(store: string): Promise<Ran> {
  let ran: Ran | undefined;
  await inDirectory(async (directory) => {
    await mkdir(join(directory, 'node_modules'));
    await symlink(LIBRARY, join(directory, 'node_modules/blackout'));
    for (const [name, text] of [...examples, ['store.mjs', store] as const]) {
      if (name.includes(':')) continue;
      await writeFile(join(directory, name), text.replace("'blackout'", JSON.stringify(LIBRARY)));
    }
    vi.spyOn(process, 'cwd').mockReturnValue(directory);
    ran = await run(['run', './store.blackout.mjs'], [], directory);
  });
  return ran!;
}

function holds(text: string, stdout: string): void {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.includes('...'));
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(stdout.split('\n')).toContain(line);
}

const first = examples.get('store.mjs')!;
const put = examples.get('store.mjs: put')!;
const opened = examples.get('store.mjs: openStore')!;
const [begin] = put.split('\n');
const synced = first.replace(`${begin}\n`, put);
const mended = synced
  .replace(`${opened.split('\n')[0]}\n`, opened)
  .replace('import { decode', "import { dirname } from 'node:path';\nimport { decode");

describe('the write-ahead log of the guide', () => {
  it('fails as it says', async () => {
    const { code, stdout } = await runs(first);
    expect(code).toBe(1);
    expect(stdout).toContain('FAIL  4 of 4 runs do not converge');
    holds(told[0]!, stdout);
  });

  it('fails in two other ways, as it says, once what is put is synced', async () => {
    expect(synced).not.toBe(first);
    const { code, stdout } = await runs(synced);
    expect(code).toBe(1);
    holds(told[1]!, stdout);
    expect(stdout).toContain('The main life is killed after op 2');
    expect(stdout).toContain('entry /data/store.log comes');
    expect(stdout).toMatch(/A sync that would have prevented it: fsync \/data right after op 1\./);
  });

  it('passes by closure once its log is synced where it is opened', async () => {
    expect(mended).not.toBe(synced);
    const { code, stdout } = await runs(mended);
    expect(stdout).toMatch(/^PASS {2}4 runs: every state converges/m);
    expect(code).toBe(0);
  });
});

describe('the other example of the guide', () => {
  it('passes', async () => {
    await inDirectory(async (directory) => {
      const text = examples.get('replace.blackout.mjs')!.replace("'blackout'", JSON.stringify(LIBRARY));
      await writeFile(join(directory, 'replace.blackout.mjs'), text);
      expect((await run(['run'], [], directory)).code).toBe(0);
    });
  });
});

describe('the guide', () => {
  const names = (text: string): readonly string[] => [...text.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
  const methodsOf = (value: object): readonly string[] => {
    const found = new Set<string>();
    for (let at = value; at !== Object.prototype; at = Object.getPrototypeOf(at) as object) {
      for (const [name, each] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
        // Those that only say what to use instead have no name of their own.
        if (typeof each.value === 'function' && each.value.name === name) found.add(name);
      }
    }
    return [...found].filter((name) => name !== 'constructor').sort();
  };
  const [, ofFs, ofFiles] = /^Its `fs` has ([^]*?)\. An open file has ([^]*?)\. Any other/m.exec(guide)!;

  it('names all functions of fs, and of an open file, and no others', async () => {
    const fs = createFacade(new Core(Image.empty().fork()));
    expect(names(ofFs!).toSorted()).toEqual(methodsOf(fs));
    expect(names(ofFiles!).toSorted()).toEqual(methodsOf(await fs.open('/f', 'w')));
  });

  it('names all that a scenario may have', () => {
    const wrong = { name: 'x', zzz: 1 } as unknown as Scenario;
    let message = '';
    try {
      scenario(wrong);
    } catch (error) {
      ({ message } = error as Error);
    }
    const keys = /it may have (.*)$/.exec(message)![1]!.split(', ');
    const table = /^\| key [^]*?\n\n/m.exec(guide)![0];
    for (const key of keys) expect(table).toMatch(new RegExp(`\`${key}\\b`));
  });
});
