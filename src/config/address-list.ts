import { BlockList, isIP } from 'node:net';
import type { Findings } from './config-error.ts';
import type { Values } from './values.ts';

/** Which addresses a client may come from: everybody's if the list is empty. */
export function allowedAddresses(
  values: Values,
  option: 'network_allow' | 'network_allow_status',
  findings: Findings,
): (address: string) => boolean {
  const given = values.all(option);
  const list = new BlockList();
  for (const { text, at } of given)
    if (!add(list, text))
      findings.problem(
        `${option} is an address or a network such as 10.0.0.0/8, not ${JSON.stringify(text)}`,
        at,
      );
  return (address) => {
    if (given.length === 0) return true;
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
    const family = isIP(plain);
    return family !== 0 && list.check(plain, family === 6 ? 'ipv6' : 'ipv4');
  };
}

function add(list: BlockList, text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  const most = family === 6 ? 128 : 32;
  if (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most)) return false;
  list.addSubnet(address, bits === undefined ? most : Number(bits), family === 6 ? 'ipv6' : 'ipv4');
  return true;
}
