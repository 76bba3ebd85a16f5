import { isIP } from 'node:net';
import type { Findings } from './config-error.ts';
import type { Value, Values } from './values.ts';

/** One address and port, and how many clients may be connected to it at once. */
export interface Listen {
  readonly address: string;
  readonly port: number;
  readonly maxClients: number;
}

/** Burp's. */
const DEFAULT_LIMIT = 5;

/** `listen` and `max_children` side by side; a listener without a number of its own has that of the one before. */
export function listens(values: Values, file: string, findings: Findings): readonly Listen[] {
  const given = values.all('listen');
  const limits = values.all('max_children');
  if (given.length === 0) findings.problem(`${file}: listen is not set`);
  if (limits.length > given.length)
    findings.problem('there are more max_children than listen', limits.at(-1)?.at);
  let maxClients = DEFAULT_LIMIT;
  const found: Listen[] = [];
  for (const [at, one] of given.entries()) {
    maxClients = limitAt(limits[at], findings) ?? maxClients;
    const place = addressAndPort(one.text);
    if (place) found.push({ ...place, maxClients });
    else
      findings.problem(
        `listen is an address and a port such as 0.0.0.0:4971, not ${JSON.stringify(one.text)}`,
        one.at,
      );
  }
  return found;
}

function limitAt(limit: Value | undefined, findings: Findings): number | undefined {
  if (limit?.value === 0) findings.problem('max_children is a whole number from 1 up, not 0', limit.at);
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
