import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
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
const PACKAGES = fileURLToPath(new URL('../../node_modules', import.meta.url));

async function output(text: string): Promise<string> {
  let stdout = '';
  await inDirectory(async (directory) => {
    expect(text).toContain("from 'blackout';");
    await symlink(PACKAGES, join(directory, 'node_modules'));
    await writeFile(join(directory, 'db.blackout.mjs'), text.replace("'blackout'", JSON.stringify(LIBRARY)));
    stdout = (await run(['run'], [], directory)).stdout;
  });
  return stdout;
}

/** Lines that were not shortened, and hold no time. */
function lines(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.includes('...') && !/\d s$/.test(line));
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
