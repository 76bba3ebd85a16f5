import { isIP } from 'node:net';
import type { Findings } from './config-error.ts';
import type { Value, Values } from './values.ts';

/** One address and port, and how many clients may be connected to it at once. */
export interface Listen {
  readonly address: string;
  readonly port: number;
  readonly maxClients: number;
  /** What clients come for: to do something about backups, or only to look [listen_status]. */
  readonly purpose: Purpose;
}

export type Purpose = 'backups' | 'status';

const OPTIONS = {
  backups: { listen: 'listen', children: 'max_children' },
  status: { listen: 'listen_status', children: 'max_status_children' },
} as const;

/** Burp's. */
const DEFAULT_LIMIT = 5;

/** Where to listen, for either purpose. */
export function listens(values: Values, file: string, findings: Findings): readonly Listen[] {
  if (values.all('listen').length === 0) findings.problem(`${file}: listen is not set`);
  return [...listensFor('backups', values, findings), ...listensFor('status', values, findings)];
}

/** `listen` and `max_children` side by side; a listener without a number of its own has that of the one before. */
function listensFor(purpose: Purpose, values: Values, findings: Findings): readonly Listen[] {
  const { listen, children } = OPTIONS[purpose];
  const given = values.all(listen);
  const limits = values.all(children);
  if (limits.length > given.length)
    findings.problem(`there are more ${children} than ${listen}`, limits.at(-1)?.at);
  let maxClients = DEFAULT_LIMIT;
  const found: Listen[] = [];
  for (const [at, one] of given.entries()) {
    maxClients = limitAt(limits[at], children, findings) ?? maxClients;
    const place = addressAndPort(one.text);
    if (place) found.push({ ...place, maxClients, purpose });
    else
      findings.problem(
        `${listen} is an address and a port such as 0.0.0.0:4971, not ${JSON.stringify(one.text)}`,
        one.at,
      );
  }
  return found;
}

function limitAt(limit: Value | undefined, option: string, findings: Findings): number | undefined {
  if (limit?.value === 0) findings.problem(`${option} is a whole number from 1 up, not 0`, limit.at);
  return limit?.value as number | undefined;
}

/** The port is what follows the last colon, so `:::4971` is all addresses of IPv6. */
function addressAndPort(text: string): { address: string; port: number } | undefined {
  const colon = text.lastIndexOf(':');
  const address = text.slice(0, Math.max(colon, 0));
  const port = /^\d{1,5}$/.test(text.slice(colon + 1)) ? Number(text.slice(colon + 1)) : 0;
  const isAddress = isIP(address) !== 0 || /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(address);
  return isAddress && port >= 1 && port <= 65_535 ? { address, port } : undefined;
}
