import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { glob } from 'tinyglobby';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { inDirectory, run, type Ran } from './testing/fake-io.ts';

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));
/** What the example imports: the package itself is only there once it has been built. */
const LIBRARY = fileURLToPath(new URL('../index.ts', import.meta.url));

/** The fenced blocks of a page that are in a language, in order. */
async function blocks(page: string, language: string): Promise<readonly string[]> {
  const text = await readFile(join(DOCS, page), 'utf8');
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(([, in_, block]) =>
    in_ === language ? [block!] : [],
  );
}

/** The command is run here, and stories tell places as seen from where one stands. */
afterEach(() => void vi.restoreAllMocks());

async function ran(example: string): Promise<Ran> {
  let result: Ran | undefined;
  await inDirectory(async (directory) => {
    await writeFile(
      join(directory, 'save.blackout.mjs'),
      example.replace("'blackout'", JSON.stringify(LIBRARY)),
    );
    vi.spyOn(process, 'cwd').mockReturnValue(directory);
    result = await run(['run'], [], directory);
  });
  return result!;
}

describe('the first page of the documentation', () => {
  it('fails as it says, and passes with what it says', async () => {
    const [example] = await blocks('README.md', 'js');
    const [told] = await blocks('README.md', '');
    const failing = await ran(example!);
    expect(failing.code).toBe(1);
    const lines = told!.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(6);
    for (const line of lines) expect(failing.stdout.split('\n')).toContain(line);
    const mended = example!.replace("'dark!');", "'dark!', { flush: true });");
    expect(mended).not.toBe(example);
    const passing = await ran(mended);
    expect([passing.code, passing.stdout]).toEqual([0, expect.stringMatching(/^PASS /m)]);
  });

  it('leads to every other page', async () => {
    const first = await readFile(join(DOCS, 'README.md'), 'utf8');
    const pages = (await glob('*.md', { cwd: DOCS })).filter((page) => page !== 'README.md');
    expect(pages.length).toBeGreaterThan(15);
    for (const page of pages) expect(first, page).toMatch(new RegExp(`\\]\\(${page}[#)]`));
  });
});

describe('the theory', () => {
  it('lists the crash states that there are, without and with the sync', async () => {
    const [script] = await blocks('theory.md', 'json');
    const told = await blocks('theory.md', '');
    expect(told).toHaveLength(2);
    const synced = script!.replace(
      '    { "op": "rename"',
      '    { "op": "fsync", "fd": "t" },\n    { "op": "rename"',
    );
    await inDirectory(async (directory) => {
      await writeFile(join(directory, 'replace.json'), script!);
      await writeFile(join(directory, 'synced.json'), synced);
      for (const text of told) {
        const [, argv, rest] = /^\$ npx blackout ([^\n]*)\n([^]*)$/.exec(text)!;
        expect(await run(argv!.split(' '), [], directory)).toEqual({ code: 0, stdout: rest, stderr: '' });
      }
    });
  });

  it('has pictures for light and dark that say in words what they show, and load nothing', async () => {
    const page = await readFile(join(DOCS, 'theory.md'), 'utf8');
    const pictures = await glob('pictures/*.svg', { cwd: DOCS });
    expect(pictures.length).toBeGreaterThan(3);
    for (const picture of pictures) {
      expect(page).toMatch(new RegExp(`!\\[[^\\]]{30,}\\]\\(${picture}\\)`));
      const svg = await readFile(join(DOCS, picture), 'utf8');
      expect(svg).toMatch(/<svg [^>]*viewBox="0 0 680 \d+" role="img" aria-label="[^"]{30,}"/);
      expect(svg).toContain('@media (prefers-color-scheme: dark)');
      expect(svg).not.toMatch(/<script|href|url\((?!#)|@import/);
      expect(svg.length).toBeLessThan(6000);
    }
  });
});
