import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { DH_PARAMETERS } from '../../scenarios/linux/burp-setup.ts';

/** A CA, and certificates for a server called `server` and one client, without extensions, as Burp is content with. */
export async function makeCertificates(place: string, client: string): Promise<void> {
  const openssl = (...args: readonly string[]) => execa('openssl', args, { cwd: place });
  const key = ['-newkey', 'rsa:2048', '-nodes', '-sha256'];
  await openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-days',
    '30',
    '-subj',
    '/CN=ca',
  );
  for (const [file, name] of [
    ['server', 'server'],
    ['client', client],
  ] as const) {
    await openssl('req', ...key, '-keyout', `${file}.key`, '-out', `${file}.csr`, '-subj', `/CN=${name}`);
    const by = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '30', '-sha256'];
    await openssl('x509', '-req', '-in', `${file}.csr`, '-out', `${file}.crt`, ...by);
    await chmod(join(place, `${file}.key`), 0o600);
  }
  await writeFile(join(place, 'dh.pem'), DH_PARAMETERS);
}
