import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EventLog } from '../../reports/event-log.ts';
import { readLog } from '../../reports/read-log.ts';
import { lockOutput } from './output-lock.ts';
import { inDirectory, run, type Ran } from './testing/fake-io.ts';
import { registry } from './testing/registry.ts';

const REPORT = 'blackout-report';
const QUIET = ['--reporter', 'json'];

/** A scenario of the project's, in a module that imports another. */
const SCENARIO = `
import { content } from './content.mjs';
export default {
  name: 'own',
  run: async ({ fs }) => void (await fs.writeFile('/file', content)),
  check: async () => undefined,
};
`;

async function project(directory: string): Promise<void> {
  await writeFile(join(directory, 'own.mjs'), SCENARIO);
  await writeFile(join(directory, 'content.mjs'), "export const content = 'new';\n");
}

/** A run of two jobs of which the first had ended when it was killed. */
async function killed(directory: string, ...names: readonly string[]): Promise<void> {
  await run(['run', ...names, '--model', 'ext4,posix', ...QUIET], registry, directory);
  const path = join(directory, REPORT, 'events.jsonl');
  const text = await readFile(path, 'utf8');
  const cut = text.indexOf('\n', text.indexOf('"type":"sum"', text.indexOf('"type":"run-end"')));
  await writeFile(path, text.slice(0, cut + 20));
}

async function resumed(directory: string, ...argv: readonly string[]): Promise<Ran> {
  return await run(['run', ...argv, '--resume', REPORT, ...QUIET], registry, directory);
}

describe('a run that was cut short', () => {
  it('is gone on with where its log is whole, whatever comes after that', async () => {
    await inDirectory(async (directory) => {
      await run(['run', 'good', '--model', 'ext4,posix', ...QUIET], registry, directory);
      const whole = await readFile(join(directory, REPORT, 'events.jsonl'));
      await killed(directory, 'good');
      await appendFile(join(directory, REPORT, 'events.jsonl'), '\u0000{"type":"end"}\n');
      const { code, stderr } = await resumed(directory);
      expect(stderr).toBe(`blackout: --resume ${REPORT}: 1 of its 2 runs had ended, 1 to go\n`);
      expect(code).toBe(0);
      expect(await readFile(join(directory, REPORT, 'events.jsonl'))).toEqual(whole);
    });
  });

  it('by its budget is gone on with where it ran out', async () => {
    await inDirectory(async (directory) => {
      const argv = ['run', 'good', '--model', 'ext4,posix', '--budget', '1s', ...QUIET];
      expect(await run(argv, registry, directory, { tick: 100 })).toMatchObject({ code: 2 });
      expect(await resumed(directory)).toMatchObject({ code: 0 });
    });
  });

  it('and has come to its end since, is only reported on again', async () => {
    await inDirectory(async (directory) => {
      await killed(directory, 'bad');
      await resumed(directory);
      const before = await readFile(join(directory, REPORT, 'events.jsonl'));
      const { code, stderr } = await resumed(directory);
      expect(stderr).toBe(
        `blackout: --resume ${REPORT}: it had come to its end, and nothing is left to explore: its reports are made again\n`,
      );
      expect(code).toBe(1);
      expect(await readFile(join(directory, REPORT, 'events.jsonl'))).toEqual(before);
    });
  });
});

describe('what was cut short is not gone on with', () => {
  async function refused(ran: Promise<Ran>, why: string): Promise<void> {
    const { code, stderr } = await ran;
    expect(stderr).toBe(`blackout: ${why}\n`);
    expect(code).toBe(254);
  }

  it('where nothing was begun, and nothing is made there', async () => {
    await inDirectory(async (directory) => {
      const why = `--resume ${REPORT}: no run was begun there; begin anew, without --resume`;
      await refused(resumed(directory), why);
      expect(await readdir(directory)).toEqual([]);
    });
  });

  it('as something else', async () => {
    await inDirectory(async (directory) => {
      await killed(directory, 'good');
      const log = await readFile(join(directory, REPORT, 'events.jsonl'));
      const begun = `--resume ${REPORT}: it was begun with "good --model ext4,posix", and not with`;
      await refused(resumed(directory, 'bad'), `${begun} "bad"; say the same, or nothing`);
      await refused(
        resumed(directory, 'good', '--model', 'ext4,posix', '--seed', '2'),
        `${begun} "good --model ext4,posix --seed 2"; say the same, or nothing`,
      );
      expect(await readFile(join(directory, REPORT, 'events.jsonl'))).toEqual(log);
      expect(await resumed(directory, 'good', '--model', 'ext4,posix')).toMatchObject({ code: 0 });
    });
  });

  it('in another folder, or again and again', async () => {
    await inDirectory(async (directory) => {
      await refused(
        resumed(directory, '--output', 'other', '--watch'),
        `--output and --watch can't go with --resume: it goes on in the folder that it names, once`,
      );
    });
  });

  it('where what its scenarios are made of has changed, down to what their modules import', async () => {
    await inDirectory(async (directory) => {
      await project(directory);
      await killed(directory, './own.mjs');
      const text = await readFile(join(directory, 'content.mjs'), 'utf8');
      await writeFile(join(directory, 'content.mjs'), text.replace('new', 'newer'));
      await refused(
        resumed(directory),
        `--resume ${REPORT}: the code of its scenarios, or what they are made of has changed since it was begun; begin anew, without --resume`,
      );
      await writeFile(join(directory, 'content.mjs'), text);
      expect(await resumed(directory)).toMatchObject({ code: 0 });
    });
  });

  it('by another version of blackout, or with another list of runs', async () => {
    await inDirectory(async (directory) => {
      await killed(directory, 'good');
      const path = join(directory, REPORT, 'events.jsonl');
      const other = [{ ...registry.find(({ name }) => name === 'good')!, plan: { t: 2 } }];
      await refused(
        run(['run', '--resume', REPORT], other, directory),
        `--resume ${REPORT}: the list of its scenarios, or their plans has changed since it was begun; begin anew, without --resume`,
      );
      const { start, runs } = readLog(await readFile(path));
      const log = await EventLog.create(path);
      log.add({ ...start, tool: { ...start.tool, version: '0.0.1' } });
      for (const each of runs) log.add(each);
      await log.close();
      await refused(
        run(['run', '--resume', REPORT], registry, directory),
        `--resume ${REPORT}: the version of blackout (0.0.1, now ${start.tool.version}) has changed since it was begun; begin anew, without --resume`,
      );
    });
  });

  it('while it still goes on', async () => {
    await inDirectory(async (directory) => {
      await killed(directory, 'good');
      const unlock = await lockOutput(join(directory, REPORT));
      const { code, stderr } = await resumed(directory);
      expect(stderr).toMatch(/^blackout: --resume blackout-report: process \d+ is writing there; .*\n$/);
      expect(code).toBe(254);
      await unlock();
      expect(await resumed(directory)).toMatchObject({ code: 0 });
    });
  });

  it('where shards were put together, or a version wrote it that kept no log', async () => {
    await inDirectory(async (directory) => {
      for (const shard of ['1/2', '2/2']) {
        const argv = ['run', 'good', '--model', 'posix', '--shard', shard, '--output', shard[0]!, ...QUIET];
        await run(argv, registry, directory);
      }
      expect(await run(['run', '--resume', '1', ...QUIET], registry, directory)).toMatchObject({ code: 0 });
      await run(['report', '1', '2', '--output', REPORT, ...QUIET], registry, directory);
      await refused(
        resumed(directory),
        `--resume ${REPORT}: its events.jsonl is no log of a run: it has no record that is whole; begin anew, without --resume`,
      );
    });
  });
});
