import { describe, expect, it } from 'vitest';
import { Explorer } from '../explore/explorer.ts';
import { DEFAULTS } from '../explore/options.ts';
import { models } from '../persistence/models.ts';
import { Image } from '../disk/image/image.ts';
import { runLife } from './life.ts';
import { EPOCH } from './times.ts';
import type { LifeRecord } from './program.ts';
import { broken, scenario, type Life, type Scenario } from './scenario.ts';

async function live(body: (life: Life) => unknown): Promise<LifeRecord> {
  return await runLife(Image.empty(), async (life) => void (await body(life)), {
    callsMax: 1000,
    time: EPOCH,
  });
}

const kinds = ({ ops }: LifeRecord): readonly string[] => ops.map((op) => `${op.kind} ${op.path}`);

/** Writes a record, syncs it and its name, and tells. */
function telling(isAwaited: boolean): Scenario {
  return scenario({
    name: 'telling',
    async run({ fs, acknowledge }) {
      const file = await fs.open('/log', 'w');
      const root = await fs.open('/');
      const calls = [file.write('record'), file.sync(), root.sync()];
      if (isAwaited) await Promise.all(calls);
      acknowledge('record');
      await Promise.all(calls);
    },
    async check({ fs }, acknowledged) {
      const text = await fs.readFile('/log', 'utf8').catch(() => '');
      if (acknowledged.length > 0 && text !== 'record') return broken('what was told is there', text, 'lost');
      return undefined;
    },
  });
}

describe('a promise that is made while calls are under way', () => {
  it.each(models)('is looked at with those calls not done, and caught under $name', async (model) => {
    const { failures } = await new Explorer(telling(false), model, DEFAULTS).explore();
    expect(failures.map((node) => node.verdict?.outcome)).toEqual(['lost']);
  });

  it.each(models)('holds under $name once they are awaited', async (model) => {
    const { failures, closed } = await new Explorer(telling(true), model, DEFAULTS).explore();
    expect({ failures, closed }).toEqual({ failures: [], closed: true });
  });
});

describe('calls that are under way', () => {
  it('have no effect before the program gives the thread back, microtasks and ticks included', async () => {
    let seen = -1;
    const life = await live(async ({ fs, acknowledge }) => {
      const made = fs.mkdir('/a');
      process.nextTick(() => acknowledge('tick'));
      for (let i = 0; i < 20; i++) await Promise.resolve();
      acknowledge('microtask');
      await made;
      seen = (await fs.readdir('/')).length;
    });
    expect(life.acknowledged.map(({ after }) => after)).toEqual([0, 0]);
    expect(seen).toBe(1);
  });

  it('take effect in their order, and are counted when they overlap', async () => {
    const life = await live(async ({ fs }) => {
      await fs.mkdir('/a');
      await Promise.all(['/c', '/b', '/d'].map(async (path) => await fs.mkdir(path)));
      await fs.mkdir('/e');
    });
    expect(kinds(life)).toEqual(['mkdir /a', 'mkdir /c', 'mkdir /b', 'mkdir /d', 'mkdir /e']);
    expect(life.overlaps).toBe(2);
  });

  it('are not said to overlap where each is awaited', async () => {
    const life = await live(async ({ fs }) => {
      for (const path of ['/a', '/b']) await fs.writeFile(path, 'x');
    });
    expect(life.overlaps).toBe(0);
  });

  it('mix where each is several calls of Node: two that write one file at once', async () => {
    const life = await live(async ({ fs }) => {
      await Promise.all(['long text', 'short'].map(async (text) => await fs.writeFile('/tmp', text)));
      expect(await fs.readFile('/tmp', 'utf8')).toBe('shorttext');
    });
    expect(life.ending).toEqual({ type: 'ended' });
    expect(kinds(life)).toEqual(['create /tmp', 'write /tmp', 'write /tmp']);
  });

  it('keep their file open: to close it takes effect after them', async () => {
    const life = await live(async ({ fs }) => {
      const file = await fs.open('/f', 'w');
      const closed = file.close.bind(file);
      const written = file.write('x');
      await Promise.all([closed(), closed(), written]);
      expect(file.fd).toBe(-1);
      await expect(file.write('y')).rejects.toMatchObject({ code: 'EBADF' });
    });
    expect(life.ending).toEqual({ type: 'ended' });
    expect(kinds(life)).toEqual(['create /f', 'write /f']);
  });

  it('that fail with nobody to handle it end the program between two calls, as Node does', async () => {
    const life = await live(async ({ fs }) => {
      const failing = fs.readFile('/nope');
      await fs.mkdir('/a');
      await fs.mkdir('/b');
      await failing;
    });
    expect(life.ending).toMatchObject({ type: 'threw', error: { code: 'ENOENT' } });
    expect(kinds(life)).not.toContain('mkdir /b');
  });
});
