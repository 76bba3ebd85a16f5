import { expect, it } from 'vitest';
import { SILENT } from '../ports/log.ts';
import { NO_ATTRIBUTES } from '../storage/manifest/attributes.ts';
import { entryOf } from '../storage/manifest/entry.ts';
import { FrameStream } from './frame-stream.ts';
import { connectionPair } from './memory-connection.ts';
import { NetworkClient } from './network-client.ts';
import { Quota } from './quota.ts';
import { end, said, stat } from './testing/sayings.ts';
import { trusted } from './testing/world.ts';

const [a, b] = ['/a', '/b'].map((path) => entryOf('f', path, NO_ATTRIBUTES)) as [
  ReturnType<typeof entryOf>,
  ReturnType<typeof entryOf>,
];
const large = Array.from({ length: 100 }, () => `a:${'x'.repeat(16_000)}`);

function connected(...sayings: readonly string[]): NetworkClient {
  const { server, client } = connectionPair(trusted('tc'));
  client.write(said(...sayings));
  client.close();
  return new NetworkClient(new FrameStream(server), {
    compression: 0,
    strongHash: 'blake2',
    quota: new Quota({ hardQuota: 0, softQuota: 0 }),
    entries: 10,
    log: SILENT,
    counters: undefined,
  });
}

async function read(data: Uint8Array | AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0;
  for await (const piece of data instanceof Uint8Array ? [data] : data) length += piece.length;
  return length;
}

it('the answer to a later request waits until the data of an earlier one were read', async () => {
  const client = connected(
    stat(),
    'f:/a',
    ...large,
    end('x'.repeat(1_600_000)),
    stat(),
    'f:/b',
    'a:b',
    end('b'),
  );
  const answers = [client.whole(a), client.whole(b)];
  let isAnswered = false;
  void answers[1]!.then(() => (isAnswered = true));
  const first = await answers[0]!;
  expect(isAnswered).toBe(false);
  expect('data' in first && (await read(first.data))).toBe(1_600_000);
  const second = await answers[1]!;
  expect('data' in second && (await read(second.data))).toBe(1);
});

it.each(['break off', 'are given up'])(
  'answers that are waited for fail if the data before them %s',
  async (how) => {
    const more = how === 'break off' ? [] : [...large, end('x'), stat(), 'f:/b', 'a:b', end('b')];
    const client = connected(stat(), 'f:/a', ...large, ...more);
    const [first, second] = [client.whole(a), client.whole(b)];
    const answer = await first;
    if (!('data' in answer)) return expect.fail('there are data');
    const data = (answer.data as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    await data.next();
    if (how === 'are given up') await data.return!();
    else await expect(read(answer.data)).rejects.toThrow('closed the connection, where data of /a was due');
    await expect(second).rejects.toThrow(/not read to its end|closed the connection/);
  },
);
