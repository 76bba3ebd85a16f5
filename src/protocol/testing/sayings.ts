import { type Attributes, NO_ATTRIBUTES, formatAttributes } from '../../storage/manifest/attributes.ts';
import { md5Of } from '../../storage/codec/digest.ts';
import { formatFrame } from '../frame.ts';
import { PASSWORD } from './world.ts';

/** A frame as text: its letter, a colon, and its payload in Latin-1. */
export type Saying = string;

/** The bytes of frames. */
export function said(...sayings: readonly Saying[]): Buffer {
  return Buffer.concat(sayings.map((one) => formatFrame(one[0]!, one.slice(2))));
}

/** What a client says up to its action. */
export function hello(client: string, ...features: readonly string[]): Saying[] {
  return [
    'c:hello:3.1.4',
    `c:${client}`,
    `c:${PASSWORD}`,
    'c:nocsr',
    'c:extra_comms_begin',
    ...features.map((feature) => `c:${feature}`),
    'c:extra_comms_end',
  ];
}

/** A stat line. */
export function stat(attributes: Partial<Attributes> = {}): Saying {
  return `r:${formatAttributes({ ...NO_ATTRIBUTES, mode: 0o100644, nlink: 1, ...attributes })}`;
}

/** The end of plain data. */
export function end(data: string): Saying {
  return `x:${Buffer.byteLength(data, 'latin1')}:${md5Of(Buffer.from(data, 'latin1'))}`;
}
