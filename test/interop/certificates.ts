import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** ffdhe2048 of RFC 7919: Burp's server wants such a file, and making one takes minutes. */
const DH_PARAMETERS = `-----BEGIN DH PARAMETERS-----
MIIBCAKCAQEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz
+8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a
87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7
YdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi
7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD
ssbzSibBsu/6iGtCOGEoXJf//////////wIBAg==
-----END DH PARAMETERS-----
`;

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
