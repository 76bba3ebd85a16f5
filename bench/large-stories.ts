import { broken, scenario, type Scenario } from '../harness/index.ts';
import { install } from '../scenarios/field/install.ts';

/** Stories on which exploration once came to nothing: what each of them costs is in docs/scale.md. */
const RECORDS = 3000;
const LARGE = 64 << 20;
const PAGE = 4096;

const appends = scenario({
  name: 'appends',
  async run({ fs }) {
    const log = await fs.open('/log', 'a');
    for (let i = 0; i < RECORDS; i++) await log.write(`record ${i} of the log\n`);
    await log.close();
  },
  async recover({ fs }) {
    const text = await fs.readFile('/log', 'utf8').catch(() => '');
    const whole = text.includes('\0') ? text.slice(0, text.indexOf('\0')) : text;
    const end = whole.lastIndexOf('\n') + 1;
    if (end === text.length) return;
    await fs.truncate('/log', end);
    const log = await fs.open('/log', 'r+');
    await log.sync();
    await log.close();
  },
  async check({ fs }) {
    const text = await fs.readFile('/log', 'utf8').catch(() => '');
    if (text === '' || text.endsWith('\n')) return undefined;
    return broken('the log has whole records', 'it ends in a part of one');
  },
});

function replace64(): Scenario {
  const data = Buffer.alloc(LARGE);
  for (let at = 0; at < LARGE; at += PAGE) data.writeUInt32LE(at + 7, at);
  return scenario({
    name: 'replace-64-mib',
    setup: async ({ fs }) => await fs.writeFile('/file', 'old'),
    async run({ fs }) {
      const file = await fs.open('/tmp', 'w');
      await file.writeFile(data);
      await file.sync();
      await file.close();
      await fs.rename('/tmp', '/file');
      const directory = await fs.open('/', 'r');
      await directory.sync();
      await directory.close();
    },
    recover: async ({ fs }) => await fs.rm('/tmp', { force: true }),
    async check({ fs }) {
      const found = await fs.readFile('/file');
      if (String(found.subarray(0, 4)) === 'old' || data.equals(found)) return undefined;
      return broken('the file is the old one or the new one', 'it is neither');
    },
  });
}

/** Names that no sync makes durable: 2 to the power of that many disks at the last crash point. */
const NAMES = 16;

const names = scenario({
  name: 'names',
  async run({ fs }) {
    for (let i = 0; i < NAMES; i++) await fs.mkdir(`/d${i}`);
  },
  recover: async () => undefined,
  check: async () => undefined,
});

export const stories: Readonly<Record<string, () => Scenario>> = {
  install: () => install('install', '', false),
  'install-synced': () => install('install-synced', '', true),
  appends: () => appends,
  'replace-64-mib': replace64,
  names: () => names,
};
