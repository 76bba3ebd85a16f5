import { describe, expect, it } from 'vitest';
import { Explorer } from '../../explore/explorer.ts';
import { DEFAULTS } from '../../explore/options.ts';
import { broken, scenario, type Life, type Scenario } from '../../programs/scenario.ts';
import { findModel } from '../models.ts';
import { bootDisk, lifeOf, type Step } from '../testing/steps.ts';
import { walk } from '../testing/walk.ts';

const write = (offset: number, length: number): Step => {
  return { call: 'write', path: '/f', flags: 1, data: { byte: 0x6e, offset, length } };
};
const texts = (model: string, steps: readonly Step[], boot: readonly Step[]): readonly string[] => {
  const life = lifeOf(steps, bootDisk([{ call: 'create', path: '/f' }, ...boot]));
  return [...walk(findModel(model)!, life).at(-1)!.texts];
};
/** "old", as the text of a disk has it. */
const OLD = '6fx1 6cx1 64x1';

describe('a disk with old bytes in new blocks', () => {
  it('shows them where the size is there and the data is not, instead of zeros', () => {
    const seen = texts('ext4+garbage', [write(0, 10)], []);
    expect(seen).toHaveLength(4);
    expect(seen.filter((text) => text.includes(`/f file 644 10 [${OLD}`))).toHaveLength(1);
    expect(texts('ext4', [write(0, 10)], []).filter((text) => text.includes(OLD))).toEqual([]);
  });

  it('keeps what was there of the page, and ends where the write does', () => {
    const seen = texts('posix+garbage', [write(5, 6)], [write(0, 5)]);
    const longer = seen.filter((text) => text.includes('/f file 644 11 ['));
    // New data, old bytes from the fifth on, and zeros.
    expect(longer).toHaveLength(3);
    expect(longer.filter((text) => text.includes('[6ex5 79x1 74x1 65x1 73x1 20x1 6fx1]'))).toHaveLength(1);
  });

  it('shows them in a hole that is left below a later page, where a size comes with its page', () => {
    const seen = texts('xfs+garbage', [write(0, 8192)], []);
    expect(seen.some((text) => text.includes(`8192 [${OLD}`) && text.includes('6ex4096]'))).toBe(true);
    expect(seen.some((text) => text.includes(`4096 [${OLD}`))).toBe(false);
  });

  it('shows none in what is overwritten, set by truncate, or synced', () => {
    const truncated: Step = { call: 'truncate', path: '/f', size: 9000 };
    expect(texts('posix+garbage', [write(0, 10)], [write(0, 10)]).join()).not.toContain(OLD);
    expect(texts('posix+garbage', [truncated], []).join()).not.toContain(OLD);
    expect(texts('posix+garbage', [write(0, 10), { call: 'fsync', path: '/f' }], []).join()).not.toContain(
      OLD,
    );
  });

  it('shows none where data is there before the size', () => {
    for (const model of ['btrfs', 'sequential', 'process-kill'])
      expect(texts(`${model}+garbage`, [write(0, 8192)], []).join()).not.toContain(OLD);
  });
});

/**
 * etcd#14098: a log of records of one length, the last of which a cut may leave half there. Zeros end the log; what else
 * stands there is taken for a record.
 */
function log(name: string, isRecord: (bytes: Buffer) => boolean): Scenario {
  const LENGTH = 16;
  const record = (value: string): Buffer => {
    const bytes = Buffer.alloc(LENGTH);
    bytes.write(value);
    bytes.writeUInt32LE(sum(bytes.subarray(0, 12)), 12);
    return bytes;
  };
  const read = async ({ fs }: Pick<Life, 'fs'>): Promise<string[]> => {
    const bytes = await fs.readFile('/log');
    const records: string[] = [];
    for (let at = 0; at + LENGTH <= bytes.length; at += LENGTH) {
      const each = bytes.subarray(at, at + LENGTH);
      if (!isRecord(each)) break;
      records.push(each.subarray(0, 12).toString('latin1').replace(/\0+$/, ''));
    }
    return records;
  };
  return scenario({
    name,
    setup: async ({ fs }) => await fs.writeFile('/log', ''),
    run: async (life) => {
      const handle = await life.fs.open('/log', 'a');
      for (const value of ['one', 'two']) {
        await handle.write(record(value));
        await handle.sync();
        life.acknowledge(value);
      }
    },
    recover: async (life) => {
      const whole = (await read(life)).length * LENGTH;
      const handle = await life.fs.open('/log', 'r+');
      if ((await handle.stat()).size > whole) await handle.truncate(whole);
      await handle.sync();
    },
    check: async (disk, acknowledged) => {
      const records = await read(disk);
      const strange = records.find((each) => each !== 'one' && each !== 'two');
      if (strange !== undefined) return broken('every record was written', `there is "${strange}"`);
      const lost = acknowledged.find((each) => !records.includes(each));
      return lost === undefined ? undefined : broken('nothing acknowledged is lost', lost, 'lost');
    },
  });
}

const sum = (bytes: Buffer): number => bytes.reduce((hash, byte) => (hash * 31 + byte + 1) >>> 0, 7);

const outcomesOf = async (each: Scenario, model: string): Promise<ReadonlySet<string | undefined>> => {
  const explorer = new Explorer(each, findModel(model)!, { ...DEFAULTS, bail: Infinity });
  const { nodes, closed } = await explorer.explore();
  expect(closed).toBe(true);
  return new Set(nodes.map(({ verdict }) => verdict?.outcome));
};

describe('a log that ends in zeros', () => {
  const trusting = log('trusting-log', (bytes) => bytes.some((byte) => byte !== 0));
  const checking = log('checking-log', (bytes) => bytes.readUInt32LE(12) === sum(bytes.subarray(0, 12)));
  const converged = new Set(['converged']);

  it.each(['ext4', 'posix', 'xfs'])('is read rightly after every cut under %s', async (model) => {
    expect(await outcomesOf(trusting, model)).toEqual(converged);
  });

  it.each(['ext4+garbage', 'posix+garbage'])('takes garbage for a record under %s', async (model) => {
    expect(await outcomesOf(trusting, model)).toContain('corrupt');
  });

  it.each(['ext4+garbage', 'posix+garbage', 'xfs+garbage', 'posix+garbage+tears'])(
    'does not under %s if each record has a checksum',
    async (model) => {
      expect(await outcomesOf(checking, model)).toEqual(converged);
    },
  );
});
