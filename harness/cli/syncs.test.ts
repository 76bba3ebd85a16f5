import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Catalogue } from '../explore/catalogue.ts';
import { PROTOCOLS, type Makes } from '../runs/syncs/testing/protocols.ts';
import { readEvents } from '../../reports/read-events.ts';
import { inDirectory, run, type Ran } from './testing/fake-io.ts';

/** A file is replaced: sync 0 is of its data, and of the syncs 1 and 2 of its directory one is enough. */
function replacing(makes: Makes): Catalogue {
  const made = PROTOCOLS[0]!.make(makes);
  return [{ name: made.name, summary: '', group: 'Tests', byDefault: true, make: () => made }];
}

async function syncs(directory: string, makes: Makes, ...argv: string[]): Promise<Ran> {
  return await run(['syncs', 'replacing', '--model', 'ext4,posix', ...argv], replacing(makes), directory);
}

describe('blackout syncs', () => {
  it('says of each sync where it is called, what it is for, and what happens without it', async () => {
    await inDirectory(async (directory) => {
      const { code, stdout } = await syncs(directory, () => true);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^replacing: 3 places where it syncs/);
      expect(stdout).toMatch(
        /S1 +fsync run \(harness\/runs\/syncs\/testing\/protocols\.ts:\d+\) +needed +needed\n/,
      );
      // Both go through one helper, so it is the line that calls it that tells them apart.
      expect(stdout.match(/S[23] +fsync run \(.*protocols\.ts:\d+\) +redundant +redundant\n/g)).toHaveLength(
        2,
      );
      expect(stdout).toMatch(
        /S1 {2}fsync of \/tmp\n.*\n {4}1 call in a run, which made \d effects durable\n {4}needed under ext4, posix: without it, "the file is old, or new and stays so" is broken\n {6}the run is cut after op \d, .*\n {6}The loss that matters: /,
      );
      expect(stdout).toContain('posix: 2 of 3: S1, ');
    });
  });

  it('asserts that each is needed, and ends with 1 where one is redundant', async () => {
    await inDirectory(async (directory) => {
      expect(await syncs(directory, (sync) => sync < 2, '--assert-needed')).toMatchObject({
        code: 0,
        stderr: '',
      });
      const { code, stderr } = await syncs(directory, () => true, '--assert-needed');
      expect(code).toBe(1);
      expect(stderr).toMatch(/^blackout: replacing: S2, fsync of \/ in .*, is redundant under ext4, posix$/m);
    });
  });

  it('asserts against a ledger: what is redundant there may be so, what is new may not, and what was needed must be there', async () => {
    await inDirectory(async (directory) => {
      const base = (await syncs(directory, (sync) => sync < 2, '--json', 'base.json')).code;
      expect(base).toBe(0);
      const same = await syncs(directory, (sync) => sync < 2, '--assert-needed', 'base.json');
      expect(same).toMatchObject({ code: 0, stderr: '' });
      const more = await syncs(directory, () => true, '--assert-needed', 'base.json');
      expect(more.code).toBe(1);
      expect(more.stderr).toContain('which was needed under posix, is redundant now');
      const less = await syncs(directory, (sync) => sync === 1, '--assert-needed', 'base.json');
      expect(less.code).toBe(1);
      expect(less.stderr).toMatch(/fsync of \/tmp in run .* which was needed under ext4, is gone/);
    });
  });

  it('writes the same as JSON, to a file or alone to standard output', async () => {
    await inDirectory(async (directory) => {
      await syncs(directory, () => true, '--json', 'ledger.json');
      const text = await readFile(join(directory, 'ledger.json'), 'utf8');
      expect((await syncs(directory, () => true, '--json', '-')).stdout).toBe(text);
      const [scenario] = (JSON.parse(text) as { scenarios: { syncs: { under: object }[] }[] }).scenarios;
      expect(scenario!.syncs.map(({ under }) => Object.keys(under))).toEqual(
        Array.from({ length: 3 }, () => ['ext4', 'posix']),
      );
    });
  });

  it('writes a report whose events hold the ledger, and are whole', async () => {
    await inDirectory(async (directory) => {
      expect((await syncs(directory, () => true, '--output', 'out')).stdout).toContain(
        'report: out/report.html',
      );
      const { events } = readEvents(await readFile(join(directory, 'out/events.jsonl')));
      expect(events.filter(({ type }) => type === 'damage')).toEqual([]);
      expect(events.filter(({ type }) => type === 'ledger')).toHaveLength(2);
    });
  });

  it('knows nothing of a program that breaks anyway, and ends with 1', async () => {
    await inDirectory(async (directory) => {
      const { code, stdout } = await syncs(directory, (sync) => sync > 0);
      expect(code).toBe(1);
      expect(stdout).toContain('it breaks with all the syncs that it has');
      expect(stdout).toMatch(
        /^Missing under ext4, posix\n {2}before the rename: fsync the file \(\/tmp\), in run \(.*protocols\.ts:\d+\)$/m,
      );
    });
  });

  it('ends with 2 where there was no time, and says so of each', async () => {
    await inDirectory(async (directory) => {
      const late = await run(
        ['syncs', 'replacing', '--model', 'posix', '--budget', '1ms'],
        replacing(() => true),
        directory,
        { tick: 1 },
      );
      expect(late.code).toBe(2);
      expect(late.stdout).not.toContain('redundant');
    });
  });

  it('refuses a base that is no ledger, in one line', async () => {
    await inDirectory(async (directory) => {
      await writeFile(join(directory, 'no.json'), '{}');
      for (const [file, why] of [
        ['no.json', 'it is no ledger'],
        ['none.json', "it can't be read \\(ENOENT\\)"],
      ] as const) {
        const ran = await syncs(directory, () => true, '--assert-needed', file);
        expect(ran).toMatchObject({ code: 254, stdout: '' });
        expect(ran.stderr).toMatch(new RegExp(`^blackout: --assert-needed ${file}: ${why}[^\n]*\n$`));
      }
    });
  });
});
