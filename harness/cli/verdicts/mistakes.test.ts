import assert from 'node:assert/strict';
import { describe, expect, it } from 'vitest';
import { broken, scenario, type Scenario } from '../../programs/scenario.ts';
import { explored } from '../testing/explored.ts';

type Check = Scenario['check'];

/** Cuts a file short in place: under posix it is old, new, empty or full of zeros after a cut. */
function saving(check: unknown, more: Partial<Scenario> = {}): Scenario {
  return scenario({
    name: 'saving',
    setup: ({ fs }) => fs.writeFile('/file', 'old'),
    run: ({ fs }) => fs.writeFile('/file', 'new!'),
    check: check as Check,
    ...more,
  });
}

describe('a check', () => {
  it.each([
    [
      () => false,
      "returned false: it must return broken('what should hold', 'what is'), or nothing if all is well",
    ],
    [() => true, 'returned true: '],
    [() => null, 'returned null: '],
    [() => 'it is gone', 'it must return broken(\'what should hold\', "it is gone")'],
    [() => new Error('gone'), 'returned an error ("gone"): it must throw an assertion'],
    [() => ({ ok: true }), 'returned an object with ok: '],
    [() => ['gone'], 'returned a list with "gone": '],
    [() => ({ invariant: 'x' }), 'broken(...) takes two texts, what should hold and what is'],
    [
      () => ({ invariant: 'x', message: 'y', kind: 'gone' }),
      "its kind must be 'lost' or 'corrupt', not \"gone\"",
    ],
  ])('that says neither yes nor no is no pass, and is told what to return: %s', async (check, told) => {
    const { code, stdout } = await explored(saving(async () => check()));
    expect(code).toBe(2);
    expect(stdout).toContain(`check of saving`);
    expect(stdout).toContain(told);
  });

  it('that says so on some disks only is found out all the same', async () => {
    const { code, stdout } = await explored(
      saving(async ({ fs }: Parameters<Check>[0]) =>
        (await fs.readFile('/file', 'utf8')) === 'old' ? undefined : false,
      ),
    );
    expect(code).toBe(2);
    expect(stdout).toContain('check of saving returned false');
  });

  it('may throw what broken(...) makes, as well as return it', async () => {
    const { code, stdout } = await explored(
      saving(() => {
        throw broken('the file is old or new', 'it is not', 'lost') as unknown as Error;
      }),
    );
    expect(code).toBe(1);
    expect(stdout).toContain('ACKNOWLEDGED DATA LOST: the file is old or new');
  });

  it('that reads what may be missing says so, and could not tell', async () => {
    const { code, stdout } = await explored(
      saving(async ({ fs }: Parameters<Check>[0]) => void (await fs.readFile('/other'))),
    );
    expect(code).toBe(2);
    expect(stdout).toContain('[1] UNKNOWN: the check could not tell');
    expect(stdout).toContain('Not known: the check could not tell');
    expect(stdout).toContain(
      '/other may be missing on a disk that a cut left: the check must catch that, and return broken(...)',
    );
    expect(stdout).not.toContain('Broken:');
  });

  it('that finds missing what is there reads another disk', async () => {
    const { stdout } = await explored(
      saving(() => {
        throw Object.assign(new Error("ENOENT: no such file or directory, open '/file'"), {
          code: 'ENOENT',
          path: '/file',
        });
      }),
    );
    expect(stdout).toContain('/file is there on the simulated disk, so the check reads the real one');
  });

  it('that throws anything else could not tell either, and is told what to do', async () => {
    const { code, stdout } = await explored(
      saving(async ({ fs }: Parameters<Check>[0]) => void JSON.parse(await fs.readFile('/file', 'utf8'))),
    );
    expect(code).toBe(2);
    expect(stdout).toContain('the check must catch, and return broken(...) where it is wrong');
  });
});

describe('an assertion that fails in a check', () => {
  const parsed = async ({ fs }: Parameters<Check>[0]): Promise<unknown> => {
    const text = await fs.readFile('/file', 'utf8');
    return { text, list: [1, text.length] };
  };

  it("of Node's is a finding, with its message and its difference", async () => {
    const { code, stdout } = await explored(
      saving(async (disk: Parameters<Check>[0]) =>
        assert.deepEqual(await parsed(disk), { text: 'new!', list: [1, 4] }),
      ),
    );
    expect(code).toBe(1);
    expect(stdout).toContain('Broken: what the check asserts holds (corrupt)');
    expect(stdout).toMatch(/Expected values to be strictly deep-equal\n +\+ actual - expected\n/);
    expect(stdout).toMatch(/^ +\+ {3}text: 'old'\n/m);
    expect(stdout).toMatch(/^ +- {3}text: 'new!'\n/m);
  });

  it("of vitest's is one, too, with the values that it compared where its message can't hold them", async () => {
    const { code, stdout, stderr } = await explored(
      saving(async (disk: Parameters<Check>[0]) =>
        expect({ ...((await parsed(disk)) as object), more: 'x'.repeat(80) }).toEqual({
          text: 'new!',
          list: [1, 4],
          more: 'x'.repeat(80),
        }),
      ),
    );
    expect(stderr).toBe('');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ +\+ {3}text: 'old'/m);
    expect(stdout).toMatch(/^ +- {3}text: 'new!'/m);
  });
});

describe('a forgotten await', () => {
  const telling = (isAwaited: boolean): Scenario =>
    saving(
      async ({ fs }: Parameters<Check>[0], told: readonly string[]) =>
        told.length > 0 && (await fs.readFile('/file', 'utf8')) !== 'new!'
          ? broken('what was told stays', 'it is not there', 'lost')
          : undefined,
      {
        async run({ fs, acknowledge }) {
          const written = fs.writeFile('/file', 'new!', { flush: true });
          if (isAwaited) await written;
          acknowledge('new');
        },
      },
    );

  it('is told as what it is, before any sync', async () => {
    const { code, stdout } = await explored(telling(false));
    expect(code).toBe(1);
    expect(stdout).toContain(
      'Is an await missing? When "new" was promised, writeFile /file was still under way.',
    );
    expect(stdout).not.toContain('as setup left it');
    expect(stdout).not.toContain('fsync / ');
  });

  it('is not told of where all is awaited', async () => {
    const { code, stdout } = await explored(telling(true));
    expect(code).toBe(0);
    expect(stdout).not.toContain('await missing');
  });

  it('is told where a function returns before its calls, too', async () => {
    const { stdout } = await explored(
      saving(
        async ({ fs }: Parameters<Check>[0]) => {
          const text = await fs.readFile('/file', 'utf8');
          return text === 'old' || text === 'new!' ? undefined : broken('old or new', JSON.stringify(text));
        },
        { run: async ({ fs }) => void fs.writeFile('/file', 'new!', { flush: true }) },
      ),
    );
    expect(stdout).toContain('Is an await missing? When run returned, writeFile /file was still under way.');
  });
});

describe('a scenario that can not be run', () => {
  it.each([
    ['setup', { setup: ({ fs }) => fs.writeFile('/data/x', '') }],
    ['run', { run: ({ fs }) => fs.writeFile('/data/x', '') }],
  ] satisfies [string, Partial<Scenario>][])(
    'says where, and that the disk begins empty, when %s misses something',
    async (part, change) => {
      const { code, stdout } = await explored(saving(async () => undefined, change));
      expect(code).toBe(2);
      expect(stdout).toContain(`${part} of saving fails without any power cut: ENOENT`);
      expect(stdout).toMatch(
        /mistakes\.test\.ts:\d+:\d+\)\); the simulated disk is empty but for what setup makes/,
      );
    },
  );

  it.each([
    [undefined, 'acknowledge takes a text: it was given undefined'],
    [
      { id: 1 },
      'acknowledge takes a text, such as acknowledge(JSON.stringify(it)): it was given an object with id',
    ],
  ])('because it promises no text says so: %j', async (what, told) => {
    const { code, stdout } = await explored(
      saving(async () => undefined, {
        async run({ acknowledge }) {
          acknowledge(what as unknown as string);
        },
      }),
    );
    expect(code).toBe(2);
    expect(stdout).toContain(told);
  });

  it('because chance is in it says where chance is to come from', async () => {
    const { code, stdout } = await explored(
      saving(async () => undefined, { run: ({ fs }) => fs.writeFile(`/t${Math.random()}`, 'x') }),
    );
    expect(code).toBe(2);
    expect(stdout).toContain('must come from `random` and `clock`, which every life is given');
  });
});
