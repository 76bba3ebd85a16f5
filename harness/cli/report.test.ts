import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { reportSchema, type Report } from '../../reports/schema/report.ts';
import { inDirectory, run, type Ran } from './testing/fake-io.ts';
import { registry } from './testing/registry.ts';

const PLAIN = ['--reporter', 'terminal,json'];

async function shards(directory: string, count: number, argv: readonly string[]): Promise<readonly Ran[]> {
  const ran: Ran[] = [];
  for (let i = 1; i <= count; i++) {
    const where = ['--shard', `${i}/${count}`, '--output', `shards/${i}`];
    ran.push(await run(['run', ...argv, ...where, ...PLAIN], registry, directory));
  }
  return ran;
}

async function reportIn(directory: string, folder: string): Promise<Report> {
  return reportSchema.parse(JSON.parse(await readFile(join(directory, folder, 'report.json'), 'utf8')));
}

/** What a page holds of the report that it was compared with. */
async function sinceIn(path: string): Promise<unknown> {
  const [, packed] = /<template id="first-screen">([^<]*)</.exec(await readFile(path, 'utf8'))!;
  return (JSON.parse(gunzipSync(Buffer.from(packed!, 'base64')).toString()) as { since: unknown }).since;
}

/** What a run found, without when, how long, and in how many parts. */
function found(report: Report): unknown {
  return {
    verdict: report.verdict,
    runs: report.runs.map((each) => ({ ...each, work: null, elapsedMs: 0 })),
  };
}

async function edit(path: string, change: (text: string) => string): Promise<void> {
  await writeFile(path, change(await readFile(path, 'utf8')));
}

describe('blackout report', () => {
  it('puts shards together to what one run finds, from a folder of their folders', async () => {
    await inDirectory(async (directory) => {
      const argv = ['good', 'bad', '--bail', '1000', '--deaths', 'cut'];
      const one = await run(['run', ...argv, '--output', 'one', ...PLAIN], registry, directory);
      const parts = await shards(directory, 4, argv);
      expect(parts.some((part) => part.code === 1)).toBe(true);
      expect(parts[1]!.stdout).toContain('shard 2 of 4: ');
      const ran = await run(['report', 'shards', '--output', 'all', ...PLAIN], registry, directory);
      expect([ran.code, ran.stderr]).toEqual([one.code, '']);
      expect(found(await reportIn(directory, 'all'))).toEqual(found(await reportIn(directory, 'one')));
      expect(await reportIn(directory, 'all')).toMatchObject({ shard: null, shards: 4 });
      // What was put together is a run like any other.
      const again = await run(['report', 'all', '--output', 'again', ...PLAIN], registry, directory);
      expect(again.code).toBe(1);
      expect(await reportIn(directory, 'again')).toEqual(await reportIn(directory, 'all'));
    });
  });

  it('calls a shard that passes no more than that', async () => {
    await inDirectory(async (directory) => {
      const [first] = await shards(directory, 2, ['good']);
      expect(first!.code).toBe(0);
      expect(first!.stdout).toMatch(/^PASS {2}4 runs: every state of shard 1 of 2 converges; merge them/m);
      expect((await reportIn(directory, 'shards/1')).runs.every((each) => !each.closed)).toBe(true);
    });
  });

  it('refuses shards that are missing, doubled or of different runs, and says which', async () => {
    await inDirectory(async (directory) => {
      await shards(directory, 3, ['good', '--model', 'posix']);
      const refused = async (...places: string[]): Promise<string> => {
        const ran = await run(['report', ...places, '--output', 'out'], registry, directory);
        expect([ran.code, ran.stdout]).toEqual([254, '']);
        return ran.stderr;
      };
      expect(await refused('shards/1', 'shards/3')).toBe(
        'blackout: shard 2/3 is missing: give all, or --partial to see what there is\n',
      );
      expect(await refused('shards/1', 'shards/2', 'shards/1', 'shards/3')).toContain('are both shard 1/3');
      const others: readonly (readonly [RegExp, string, string])[] = [
        [
          /"commit":null/,
          '"commit":{"hash":"3f9c1d2","dirty":true}',
          'commit differs: unknown in the first, 3f9c1d2 with changes',
        ],
        [/"seed":1/, '"seed":2', 'seed differs: 1 in the first, 2 in'],
        [/"settings":\[[^\]]*\]/, '"settings":["good","--t","2"]', 'settings differs: good --model posix in'],
        [/"version":"[^"]*"/, '"version":"9.9.9"', 'version differs: '],
        [/"count":3/, '"count":4', 'number of shards differs: 3 in the first, 4 in'],
      ];
      for (const [pattern, text, message] of others) {
        await mkdir(join(directory, 'other'), { recursive: true });
        const file = join(directory, 'other/events.jsonl');
        await copyFile(join(directory, 'shards/2/events.jsonl'), file);
        await edit(file, (whole) => whole.replace(pattern, text));
        expect(await refused('shards/1', 'other', 'shards/3')).toContain(message);
      }
      await run(['run', 'good', '--model', 'posix', '--output', 'whole', ...PLAIN], registry, directory);
      expect(await refused('shards/1', 'whole')).toContain('whole/events.jsonl is a whole run, no shard');
    });
  });

  it('shows the shards that there are if it is told to, and is unknown then', async () => {
    await inDirectory(async (directory) => {
      await shards(directory, 3, ['good', '--model', 'posix']);
      const argv = ['report', 'shards/1', 'shards/3', '--partial', '--output', 'out', ...PLAIN];
      const ran = await run(argv, registry, directory);
      expect(ran.code).toBe(2);
      expect(ran.stdout).toContain('unknown (shards are missing)');
    });
  });

  it('makes the report of an old file again, in its own folder too', async () => {
    await inDirectory(async (directory) => {
      const first = await run(['run', 'bad', ...PLAIN], registry, directory);
      const file = join(directory, 'blackout-report/events.jsonl');
      const events = await readFile(file, 'utf8');
      const report = await reportIn(directory, 'blackout-report');
      const again = await run(['report', 'blackout-report', ...PLAIN], registry, directory);
      expect([again.code, again.stdout]).toEqual([first.code, first.stdout]);
      expect(await readFile(file, 'utf8')).toBe(events);
      expect(await reportIn(directory, 'blackout-report')).toEqual(report);
    });
  });

  it('shows what is whole of a damaged file, says where it is damaged, and never passes it', async () => {
    await inDirectory(async (directory) => {
      await run(['run', 'good', '--output', 'old', ...PLAIN], registry, directory);
      await edit(join(directory, 'old/events.jsonl'), (text) =>
        text.replace('"type":"run-end","run":1', '"type":"run-'),
      );
      const ran = await run(['report', 'old', '--output', 'new', ...PLAIN], registry, directory);
      expect(ran.code).toBe(2);
      expect(ran.stdout).toMatch(
        /The file is damaged; this is what is whole in it:\n {2}line \d+ \(from byte \d+ on\): it is not JSON/,
      );
      expect(ran.stdout).toMatch(/✓ ext4 +converges/);
      expect(ran.stdout).toMatch(/\? xfs +unknown \(nothing is known of its end\)/);
      // The new file tells of it as well: it does not look whole now.
      const again = await run(['report', 'new', '--output', 'newer', ...PLAIN], registry, directory);
      expect([again.code, again.stdout.replaceAll('newer', 'new')]).toEqual([2, ran.stdout]);
    });
  });

  it('says what is no report, in one line', async () => {
    await inDirectory(async (directory) => {
      const stderr = async (...places: string[]): Promise<string> =>
        (await run(['report', ...places, '--output', 'out'], registry, directory)).stderr;
      expect(await stderr('nothing')).toBe('blackout: there is no nothing\n');
      await mkdir(join(directory, 'empty'));
      expect(await stderr('empty')).toBe('blackout: empty holds no events.jsonl, nor does a folder in it\n');
      await writeFile(join(directory, 'text'), 'hello');
      expect(await stderr('text')).toMatch(
        /^blackout: text: line 1 \(from byte 0 on\) is not the start of a report: /,
      );
      expect(await stderr('text', '--reporter', 'pdf')).toMatch(
        /^blackout: option '--reporter <names>' .*there is no reporter "pdf": it must be one of terminal, /,
      );
    });
  });

  it('compares: a new cause ends with 1, a fixed one and a known one do not', async () => {
    await inDirectory(async (directory) => {
      const explore = async (name: string, output: string): Promise<void> => {
        const argv = ['run', name, '--model', 'posix', '--output', output, ...PLAIN];
        await run(argv, registry, directory);
      };
      await explore('good', 'base');
      await explore('bad', 'later');
      // As if it had been the same scenario, before and after a change.
      await edit(join(directory, 'later/events.jsonl'), (text) => text.replaceAll('"bad"', '"good"'));
      const compare = async (now: string, base: string): Promise<Ran> =>
        await run(['report', now, '--compare', base, '--output', 'out', ...PLAIN], registry, directory);
      const worse = await compare('later', 'base');
      expect(worse.code).toBe(1);
      expect(worse.stdout).toMatch(
        /^new: {3}good under posix: CORRUPT: the file is old or new, by a lost write$/m,
      );
      expect(worse.stdout).toMatch(/verdict converged -> counterexample \(worse\)/);
      expect(worse.stdout).toMatch(/^WORSE {2}1 new cause, 0 fixed causes, 1 run moved, 1 for the worse$/m);
      const pages = ['--compare', 'base', '--output', 'pages', '--reporter', 'html,markdown'];
      await run(['report', 'later', ...pages], registry, directory);
      expect(await readFile(join(directory, 'pages/report.md'), 'utf8')).toContain('WORSE  1 new cause');
      expect(await sinceIn(join(directory, 'pages/report.html'))).toMatchObject({
        moved: [{ run: 0, changes: expect.arrayContaining([expect.objectContaining({ what: 'verdict' })]) }],
      });
      await run(['report', 'later', ...pages.slice(2)], registry, directory);
      expect(await readFile(join(directory, 'pages/report.md'), 'utf8')).not.toContain('What changed');
      expect(await sinceIn(join(directory, 'pages/report.html'))).toBeNull();
      const fixed = await compare('base', 'later');
      expect(fixed.code).toBe(0);
      expect(fixed.stdout).toMatch(/^fixed: good under posix: CORRUPT/m);
      const known = await compare('later', 'later');
      expect(known.code).toBe(0);
      expect(known.stdout).toMatch(/^1 cause as before$/m);
      expect(known.stdout).toMatch(/^NO WORSE {2}0 new causes, 0 fixed causes, 0 runs moved$/m);
    });
  });
});

describe('blackout run --reporter', () => {
  it('may be given several times, and says the verdict whatever is asked for', async () => {
    await inDirectory(async (directory) => {
      const argv = ['run', 'bad', '--model', 'posix', '--reporter', 'junit', '--reporter', 'markdown,github'];
      const ran = await run(argv, registry, directory);
      expect(ran.code).toBe(1);
      expect(ran.stdout).toMatch(
        /^::error file=harness\/cli\/testing\/registry.ts,line=\d+,col=\d+,title=bad under posix%3A CORRUPT/m,
      );
      expect(ran.stdout).toMatch(/^FAIL {2}1 of 1 run does not converge/m);
      const file = async (name: string): Promise<string> =>
        await readFile(join(directory, 'blackout-report', name), 'utf8');
      expect(await file('junit.xml')).toContain('name="posix: the file is old or new"');
      expect(await file('report.md')).toContain('### 1. CORRUPT: `the file is old or new`');
      expect(await file('summary.md')).toBe(await file('report.md'));
    });
  });

  it('goes on when a report can not be written, and says so', async () => {
    await inDirectory(async (directory) => {
      await mkdir(join(directory, 'blackout-report/junit.xml'), { recursive: true });
      const ran = await run(['run', 'good', '--reporter', 'junit,json'], registry, directory);
      expect(ran.code).toBe(0);
      expect(ran.stderr).toMatch(/^blackout: the junit report could not be made: E\w+/m);
      expect((await reportIn(directory, 'blackout-report')).verdict).toBe('converged');
    });
  });
});
