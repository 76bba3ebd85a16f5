import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { configFiles, minimal } from '../config/testing/config-files.ts';
import { makeFirstAuthority } from './first-start.ts';

const clock = { now: () => Date.now() };
const CA = (directory: string): string =>
  `ca_conf = ${directory}/CA.cnf\nca_name = burpCA\nca_server_name = burpserver\n`;

const fresh = (more: (directory: string) => string): Promise<string> =>
  configFiles((directory) => ({
    'server.conf': minimal(directory, more(directory)),
    'CA.cnf': `CA_DIR = ${directory}/CA\n`,
  }));

it('the first start makes the CA and the certificate that the configuration names, and no later one', async () => {
  const place = await fresh(CA);
  const file = join(place, 'server.conf');
  expect(await makeFirstAuthority(file, clock)).toBe(
    `made a CA in ${place}/CA, and the certificate of burpserver`,
  );
  for (const name of ['CA/CA_burpCA.crt', 'ca.pem', 'cert.pem', 'key.pem'])
    expect(existsSync(join(place, name))).toBe(true);
  expect(await makeFirstAuthority(file, clock)).toBeUndefined();
});

it('none is made where the configuration names none', async () => {
  const place = await fresh(() => '');
  expect(await makeFirstAuthority(join(place, 'server.conf'), clock)).toBeUndefined();
  expect(existsSync(join(place, 'CA'))).toBe(false);
});

it.each(['ca.pem', 'cert.pem', 'key.pem'])('none is made where there is a %s already', async (name) => {
  const place = await fresh(CA);
  await writeFile(join(place, name), 'of another CA');
  expect(await makeFirstAuthority(join(place, 'server.conf'), clock)).toBeUndefined();
  expect(existsSync(join(place, 'CA'))).toBe(false);
  await rm(join(place, name));
  expect(await makeFirstAuthority(join(place, 'server.conf'), clock)).toBeDefined();
});
