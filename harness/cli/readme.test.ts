import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inDirectory, run } from './testing/fake-io.ts';

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');

/** The README's fenced blocks, in order. */
const blocks = [...readme.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language, text]) => ({
  language: language!,
  text: text!,
}));

const [program, fix] = blocks.filter((block) => block.language === 'js').map((block) => block.text);
const [failing, passing] = blocks
  .filter((block) => block.text.startsWith('save-settings\n'))
  .map((block) => block.text);

/** What the example imports, spelled out: the package itself is only there once it has been built. */
const LIBRARY = `const scenario = (definition) => definition;
const broken = (invariant, message, kind = 'corrupt') => ({ invariant, message, kind });
`;

async function output(text: string): Promise<string> {
  let stdout = '';
  await inDirectory(async (directory) => {
    const module = LIBRARY + text.replace(/^import .*$/m, '');
    await writeFile(join(directory, 'my-scenarios.js'), module);
    await writeFile(join(directory, 'package.json'), '{ "type": "module" }');
    stdout = (await run(['run', './my-scenarios.js'], [], directory)).stdout;
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

  it('passes as it says, once it is fixed as it says', async () => {
    const old = /^ *await fs\.writeFile\('\/settings\.json\.tmp'.*acknowledge\('dark'\);$/ms;
    expect(program).toMatch(old);
    const real = await output(program!.replace(old, fix!));
    for (const line of lines(passing!)) expect(real.split('\n')).toContain(line);
    expect(real).toContain('PASS  4 runs: every state converges; 22 disk states');
  });
});
