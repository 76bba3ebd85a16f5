import { rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { configFiles } from '../config/testing/config-files.ts';
import { findUpgrade } from './upgrades.ts';

let said: string[];
let place: string;
const log = {
  info: (text: string) => void said.push(text.replaceAll(place, '')),
  warn: (text: string) => void said.push(`WARNING: ${text.replaceAll(place, '')}`),
};
beforeEach(async () => {
  said = [];
  place = await configFiles(() => ({
    'dir/win64/script': 'of the system',
    'dir/win64/3.1.4/package': 'new',
    'secret/script': 'x',
    'secret/3.1.4/package': 'x',
  }));
});

async function found(system: string): Promise<readonly string[] | undefined> {
  const upgrade = await findUpgrade(join(place, 'dir'), system, '3.1.4', log);
  return upgrade && [upgrade.script, upgrade.package].map((bytes) => Buffer.from(bytes).toString());
}

it('is a package of the version, with the script of that version or of its system', async () => {
  expect(await found('win64')).toEqual(['of the system', 'new']);
  await writeFile(join(place, 'dir/win64/3.1.4/script'), 'of the version');
  expect(await found('win64')).toEqual(['of the version', 'new']);
  expect(said).toEqual([]);
});

it('is none where a file is missing, and the log says which', async () => {
  expect(await found('win32')).toBeUndefined();
  await rm(join(place, 'dir/win64/3.1.4/package'));
  expect(await found('win64')).toBeUndefined();
  expect(said).toEqual([
    'the client would be upgraded, but there is no /dir/win32/script',
    'the client would be upgraded, but there is no /dir/win64/3.1.4/package',
  ]);
});

it.each(['../secret', '..', '.', '', '/secret', 'win64/../../secret', 'win64\0'])(
  'is none for a system called %j, which leads nowhere else',
  async (system) => {
    expect(await found(system)).toBeUndefined();
    expect(said).toEqual([
      expect.stringMatching(/^the client would be upgraded, but there is no \/dir\/[^/]+\/script$/),
    ]);
  },
);

it('is none that is a directory, or more than a client could want', async () => {
  await truncate(join(place, 'dir/win64/3.1.4/package'), (64 << 20) + 1);
  expect(await found('win64')).toBeUndefined();
  expect(said).toEqual([
    "WARNING: the client can't be upgraded: /dir/win64/3.1.4/package has more than 64 MiB",
  ]);
});
