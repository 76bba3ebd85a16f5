import type { TLSSocket } from 'node:tls';
import type { PeerCertificate } from '../protocol/connection.ts';
import type { RevocationList } from './crl.ts';

/** What a peer's certificate is worth, once the handshake is done. */
export async function peerCertificate(
  socket: TLSSocket,
  revoked: RevocationList | undefined,
): Promise<PeerCertificate> {
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return { state: 'none' };
  // What OpenSSL found: `undefined` if the chain ends at our CA and holds now.
  if (!socket.authorized) return refused(String(socket.authorizationError));
  const { subject } = socket.getPeerCertificate();
  const commonName: unknown = subject.CN;
  if (typeof commonName !== 'string' || commonName === '')
    return refused('it has not exactly one common name');
  const reason = await revoked?.whyNot(certificate.serialNumber);
  return reason === undefined ? { state: 'trusted', commonName } : refused(reason);
}

function refused(reason: string): PeerCertificate {
  return { state: 'refused', reason };
}
