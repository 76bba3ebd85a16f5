import { describe, expect, it } from 'vitest';
import { broken, scenario, type Finding, type Life, type Scenario } from '../../programs/scenario.ts';
import { explored } from '../testing/explored.ts';

async function replace({ fs }: Life, path: string, content: string, synced: boolean): Promise<void> {
  await fs.writeFile(`${path}.tmp`, content, { flush: synced });
  await fs.rename(`${path}.tmp`, path);
}

/** Two files are replaced, each of them without the sync that it needs, unless `mended` says which is right. */
function twoFiles(mended: readonly string[], look: 'all' | 'first' | 'alike'): Scenario {
  return scenario({
    name: 'two-files',
    async setup({ fs }) {
      for (const path of ['/left', '/right']) await fs.writeFile(path, 'old');
    },
    async run(life) {
      for (const path of ['/left', '/right']) await replace(life, path, 'new', mended.includes(path));
    },
    async check({ fs }) {
      const found: Finding[] = [];
      for (const path of ['/left', '/right']) {
        const text = await fs.readFile(path, 'utf8');
        if (text === 'old' || text === 'new') continue;
        // One claim with the message as its name, as people write them.
        const name = look === 'alike' ? `${path} holds ${JSON.stringify(text)}` : `${path} is old or new`;
        found.push(broken(name, `it holds ${JSON.stringify(text)}`));
      }
      return look === 'first' ? found[0] : found;
    },
  });
}

function titles(stdout: string): string[] {
  return [...stdout.matchAll(/^\[\d+\] (.*)$/gm)].map((match) => match[1]!);
}

describe('two independent mistakes', () => {
  it('are told both, each with its story and its remedy, in one default run', async () => {
    for (const look of ['all', 'first'] as const) {
      const { code, stdout } = await explored(twoFiles([], look));
      expect(code).toBe(1);
      expect(titles(stdout)).toEqual(['CORRUPT: /left is old or new', 'CORRUPT: /right is old or new']);
      expect(stdout).toContain('A sync that would have prevented it: fsync /left.tmp right after op 2.');
      expect(stdout).toContain('A sync that would have prevented it: fsync /right.tmp right after op 5.');
    }
  });

  it('are one where one of them is mended', async () => {
    expect(titles((await explored(twoFiles(['/left'], 'all'))).stdout)).toEqual([
      'CORRUPT: /right is old or new',
    ]);
    expect(titles((await explored(twoFiles(['/right'], 'all'))).stdout)).toEqual([
      'CORRUPT: /left is old or new',
    ]);
    expect((await explored(twoFiles(['/left', '/right'], 'all'))).code).toBe(0);
  });

  it('end at the first failure if that is asked for', async () => {
    const { stdout } = await explored(twoFiles([], 'first'), ['--bail', '1']);
    expect(titles(stdout)).toHaveLength(1);
    expect(stdout).toContain('stopped at a failure');
  });
});

describe('one mistake', () => {
  it('is told once, however many messages it has, and says what else it breaks', async () => {
    const { stdout } = await explored(twoFiles(['/left'], 'alike'));
    const [only, ...others] = titles(stdout);
    expect(only).toMatch(/^CORRUPT: \/right holds /);
    expect(others).toEqual([]);
    expect(stdout).toMatch(/also breaks: \/right holds ".*" \(corrupt\), \d+ failing states?/);
    expect(stdout.match(/A sync that would have prevented it/g)).toHaveLength(1);
  });
});
