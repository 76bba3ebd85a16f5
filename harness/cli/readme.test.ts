import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { inDirectory, run } from './testing/fake-io.ts';

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');

/** The README's fenced blocks, in order. */
const blocks = [...readme.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language, text]) => ({
  language: language!,
  text: text!,
}));

const [program, fix] = blocks.filter((block) => block.language === 'js').map((block) => block.text);
const [failing, passing] = blocks.filter((block) => block.text.startsWith('db\n')).map((block) => block.text);

/** What the example imports: the package itself is only there once it has been built. */
const LIBRARY = fileURLToPath(new URL('../index.ts', import.meta.url));
/** What it installs, with what that needs: in its own directory, as paths in stories are told from there. */
const PACKAGES = ['lowdb', 'steno', 'write-file-atomic', 'imurmurhash', 'signal-exit'];

/** The command is run here, and stories tell places as seen from where one stands. */
afterEach(() => void vi.restoreAllMocks());

async function output(text: string): Promise<string> {
  let stdout = '';
  await inDirectory(async (directory) => {
    expect(text).toContain("from 'blackout';");
    for (const name of PACKAGES) {
      const from = fileURLToPath(new URL(`../../node_modules/${name}`, import.meta.url));
      await cp(from, join(directory, 'node_modules', name), { recursive: true });
    }
    await writeFile(join(directory, 'db.blackout.mjs'), text.replace("'blackout'", JSON.stringify(LIBRARY)));
    vi.spyOn(process, 'cwd').mockReturnValue(directory);
    stdout = (await run(['run'], [], directory)).stdout;
  });
  return stdout;
}

/** Lines that were not shortened, and hold no time. */
function lines(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.includes('...') && !/\d s(?: \(.*\))?$/.test(line));
}

describe('the example of the README', () => {
  it('fails as it says, line by line', async () => {
    const real = await output(program!);
    expect(lines(failing!).length).toBeGreaterThan(15);
    for (const line of lines(failing!)) expect(real.split('\n')).toContain(line);
  });

  it('passes as it says, with the other package', async () => {
    const old = /^ {4}const \{ JSONFile \}.*?\n {2}\},$/ms;
    expect(program).toMatch(old);
    const real = await output(
      program!.replace("'lowdb/node'", "'write-file-atomic'").replace(old, `${fix!}\n  },`),
    );
    for (const line of lines(passing!)) expect(real.split('\n')).toContain(line);
    expect(real).toContain('PASS  4 runs: every state converges; 36 disk states');
  });
});
