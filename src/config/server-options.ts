import { flag, octal, oneOf, path, rate, text, whole } from './kinds.ts';
import { type Option, many, one } from './option.ts';

/** What only the server's own file may say, and jiggle does. */
export const SERVER_OPTIONS: readonly Option[] = [
  one('mode', oneOf('server', 'client'), 'must be `server`'),
  many(
    'listen',
    text,
    'an address and port to listen on: `0.0.0.0:4971`, `:::4971`; several are several listeners',
  ),
  many(
    'max_children',
    whole,
    'clients connected at once to the listener at the same place in the list, not those that have left',
    {
      default: '5',
    },
  ),
  many(
    'listen_status',
    text,
    'the same for the status monitor (`burp -a S`, `burp -a m`), which looks and changes nothing; none if not set',
  ),
  many('max_status_children', whole, 'clients that look at once, as `max_children` has it', { default: '5' }),
  one('clientconfdir', path, 'the directory with one file for each client, named like the client'),
  one('pidfile', path, 'where the process id is written; a second server with the same one does not start'),
  one('lockfile', path, 'another name for `pidfile`'),
  one('user', text, 'the user to run as, once the sockets are open and the keys are read'),
  one('group', text, 'the group to run as'),
  one('umask', octal, 'the file creation mask', { default: '0022' }),
  one('stdout', flag, 'say what happens on standard output', { default: '1' }),
  one(
    'syslog',
    flag,
    'without `stdout`: say what happens on standard error, from where a service manager takes it to its journal',
    {
      default: '0',
    },
  ),
  one('ratelimit', rate, 'how fast the server sends to each client'),
  one('network_timeout', whole, 'seconds without any traffic after which a client is given up', {
    default: '7200',
  }),
  one('cname_lowercase', flag, "turn clients' names to lower case before they are looked up", {
    default: '0',
  }),
  one('cname_fqdn', flag, "keep the domain in clients' names; 0 cuts at the first dot", { default: '1' }),
  one('ssl_cert_ca', path, "the certificate of the CA, PEM; it must have signed the clients' certificates"),
  one('ssl_cert', path, "the server's certificate, PEM; the key may be in the same file"),
  one('ssl_key', path, "the server's private key, PEM; if not set it is looked for in `ssl_cert`"),
  one('ssl_key_password', text, 'the password of an encrypted private key'),
  one('ssl_cert_password', text, 'another name for `ssl_key_password`'),
  one('ssl_ciphers', text, "OpenSSL's cipher list for TLS 1.2; one that lets weak ciphers in is an error"),
  one('ssl_verify_peer_early', flag, 'take only clients that have a certificate, so none can ask for one', {
    default: '0',
  }),
  one(
    'ca_conf',
    path,
    "the CA's `CA.cnf`, whose `CA_DIR` is the CA's directory; made at the first start, where there is none; not set: certificates are not signed",
  ),
  one('ca_name', text, "the CA's name: its files are `CA_<name>.crt` and `CA_<name>.key`"),
  one('ca_server_name', text, "the name in the server's own certificate; clients are told to expect it"),
  one('ca_crl', path, "the certificate revocation list; `CA_<name>.crl` in the CA's directory if not set"),
  one('ca_crl_check', flag, 'refuse clients whose certificate is revoked', { default: '0' }),
  one(
    'autoupgrade_dir',
    path,
    'what clients before 3.1.4 that ask for it are upgraded with: `<os>/3.1.4/package`, and `script` there or in `<os>`',
  ),
].map((option) => ({ ...option, place: 'server' as const }));
