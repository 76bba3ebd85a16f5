import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { OPTIONS } from './options.ts';
import { optionsPage } from './testing/options-page.ts';

it('every option has one entry, and a default that it understands', () => {
  for (const [name, option] of OPTIONS) {
    expect(name).toBe(option.name);
    if (option.default !== undefined) expect(option.kind.parse(option.default), name).toBeDefined();
  }
});

it('docs/server-options.md says what the server does', async () => {
  const file = fileURLToPath(new URL('../../docs/server-options.md', import.meta.url));
  const page = await format(optionsPage(), { ...(await resolveConfig(file)), filepath: file });
  await expect(page).toMatchFileSnapshot(file);
});
