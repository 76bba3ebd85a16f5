import { access, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { glob } from 'tinyglobby';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const CODE = /^(`{3,}).*?^\1`*$/gms;

/** Addresses that a page links to, but for those of other sites. */
function linksOf(text: string): readonly string[] {
  const prose = text.replace(CODE, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, address]) => address!)
    .filter((address) => !/^[a-z]+:/.test(address));
}

/** The anchors of a page, as GitHub makes them of its headings: those that come again are numbered. */
function anchorsOf(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const headings = [...text.replace(CODE, '').matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading!);
  return new Set(
    headings.map((heading) => {
      const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');
      const anchor = words
        .trim()
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-');
      const before = seen.get(anchor) ?? 0;
      seen.set(anchor, before + 1);
      return before === 0 ? anchor : `${anchor}-${before}`;
    }),
  );
}

/** What is wrong with the links of a page, a line each. @param read the text of a file; undefined if there is none */
async function wrongLinks(
  page: string,
  text: string,
  read: (path: string) => Promise<string | undefined>,
): Promise<readonly string[]> {
  const wrong = await Promise.all(
    linksOf(text).map(async (address) => {
      const [path = '', anchor] = address.split('#', 2);
      const target = path === '' ? page : resolve(dirname(page), path);
      const found = target === page ? text : await read(target);
      if (found === undefined) return `${address}: there is no such file`;
      if (anchor !== undefined && !anchorsOf(found).has(anchor))
        return `${address}: there is no such heading`;
      return [];
    }),
  );
  return wrong.flat();
}

async function readHere(path: string): Promise<string | undefined> {
  if (!path.endsWith('.md'))
    return await access(path).then(
      () => '',
      () => undefined,
    );
  return await readFile(path, 'utf8').catch(() => undefined);
}

async function pages(): Promise<readonly string[]> {
  const found = await glob(['*.md', 'docs/*.md', 'src/*.md'], { cwd: ROOT });
  return found.map((path) => join(ROOT, path)).sort();
}

describe('the documentation', () => {
  it('links to files and headings that are there', async () => {
    const all = await pages();
    expect(all.length).toBeGreaterThan(15);
    let links = 0;
    for (const page of all) {
      const text = await readFile(page, 'utf8');
      links += linksOf(text).length;
      expect(await wrongLinks(page, text, readHere), relative(ROOT, page)).toEqual([]);
    }
    expect(links).toBeGreaterThan(25);
  });

  it('would be told of a link that leads nowhere, and of none that is no link', async () => {
    const files = new Map([
      ['/d/a.md', '# One `code` & two\n## Same\n## Same\n```\n# not a heading\n```\n'],
      ['/d/picture.png', ''],
    ]);
    const read = async (path: string): Promise<string | undefined> => files.get(path);
    const told = async (text: string): Promise<readonly string[]> =>
      await wrongLinks('/d/page.md', text, read);
    expect(await told('[a](a.md) [b](a.md#one-code--two) [c](a.md#same-1) ![p](picture.png)')).toEqual([]);
    expect(await told('# Here\n[here](#here) [far](https://example.org/#x) `[code](gone.md)`')).toEqual([]);
    expect(await told('```md\n[a](gone.md)\n```\n')).toEqual([]);
    expect(await told('[a](gone.md)')).toEqual(['gone.md: there is no such file']);
    expect(await told('[a](a.md#not-a-heading) [b](#there)')).toEqual([
      'a.md#not-a-heading: there is no such heading',
      '#there: there is no such heading',
    ]);
  });
});
