import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reportSchema, type Report } from '../../reports/schema/report.ts';
import { inDirectory, run } from './testing/fake-io.ts';
import { registry, replacing } from './testing/registry.ts';

async function reportIn(directory: string, file = 'blackout-report/report.json'): Promise<Report> {
  return reportSchema.parse(JSON.parse(await readFile(join(directory, file), 'utf8')));
}

describe('blackout run', () => {
  it('passes a program that syncs, by closure, and ends with 0', async () => {
    await inDirectory(async (directory) => {
      const ran = await run(['run'], registry, directory);
      expect(ran.code).toBe(0);
      for (const model of ['ext4', 'xfs', 'btrfs', 'posix']) {
        expect(ran.stdout).toMatch(
          new RegExp(`✓ ${model} +converges: 6 crash points, .* all verified, .*, closed`),
        );
      }
      expect(ran.stdout).toContain(
        'closed: these are all states that any number of power cuts and kills, at most 1 kill between two cuts, can reach, at any op',
      );
      expect(ran.stdout).toMatch(/^PASS {2}4 runs: every state converges; \d+ disk states recovered/m);
      expect(ran.stdout).toContain('report: blackout-report/report.html');
      expect(ran.stdout).not.toContain('\u001b');
    });
  });

  it('fails one that does not, tells the story, and ends with 1', async () => {
    await inDirectory(async (directory) => {
      const ran = await run(['run', 'bad', '--model', 'posix,process-kill'], registry, directory);
      expect(ran.code).toBe(1);
      expect(ran.stdout).toMatch(/✗ posix +DOES NOT CONVERGE, as is known: /);
      expect(ran.stdout).toMatch(/✓ process-kill +converges/);
      expect(ran.stdout).toContain('[1] CORRUPT: the file is old or new');
      expect(ran.stdout).toMatch(/the power goes off here, after op 3/);
      expect(ran.stdout).toMatch(/A sync that would have prevented it: fsync \/tmp right after op 2/);
      expect(ran.stdout).toMatch(/^ {2}posix +\.\.\.XL$/m);
      expect(ran.stdout).toMatch(/^FAIL {2}1 of 2 runs does not converge/m);
    });
  });

  it('groups failures with one cause, and counts them, whatever claim they break', async () => {
    await inDirectory(async (directory) => {
      await run(['run', 'bad', '--model', 'posix', '--bail', '1000'], registry, directory);
      const [posix] = (await reportIn(directory)).runs;
      const total = posix!.causes.reduce((sum, cause) => sum + cause.failures, 0);
      expect(total).toBeGreaterThan(posix!.causes.length);
      expect(posix!.causes.map((cause) => cause.outcome)).toEqual(['corrupt']);
      expect(posix!.causes[0]!.also!.map((claim) => claim.outcome)).toEqual(['lost']);
      expect(posix!.failuresNotGrouped).toBe(0);
    });
  });

  it('writes a report that its own schema reads, twice if asked, and leaves no temporary file', async () => {
    await inDirectory(async (directory) => {
      await run(
        ['run', 'bad', '--output', 'out', '--json', 'deep/r.json', '--seed', '7'],
        registry,
        directory,
      );
      const report = await reportIn(directory, 'out/report.json');
      expect(report).toMatchObject({
        schemaVersion: 2,
        seed: 7,
        verdict: 'counterexample',
        interrupted: false,
      });
      expect(report.runs.map((each) => each.model)).toEqual(['ext4', 'xfs', 'btrfs', 'posix']);
      expect(report.runs[0]!.heat).toMatch(/^\.+X+L+$/);
      expect(report.runs[0]!.phases.map((phase) => phase.name)).toEqual(['write', 'publish']);
      expect(await reportIn(directory, 'deep/r.json')).toEqual(report);
      const files = await readdir(join(directory, 'out'));
      expect(files).toEqual(expect.arrayContaining(['events.jsonl', 'report.json']));
      expect(files.filter((name) => name.endsWith('.tmp'))).toEqual([]);
    });
  });

  it('says what it took: states a second, and the memory that its process had at most', async () => {
    await inDirectory(async (directory) => {
      const options = { tick: 7, peakMemory: 123_400_000 };
      const ran = await run(['run', 'good', '--model', 'posix'], registry, directory, options);
      expect(ran.stdout).toMatch(/^PASS .* \([\d,]+ states\/s, 124 MB of memory at most\)$/m);
      expect(await reportIn(directory, 'blackout-report/report.json')).toMatchObject({
        peakMemory: 123_400_000,
      });
    });
  });

  it('calls it unknown when a check can not tell, and ends with 2', async () => {
    await inDirectory(async (directory) => {
      const ran = await run(['run', 'unsure', '--model', 'posix'], registry, directory);
      expect(ran.code).toBe(2);
      expect(ran.stdout).toMatch(/\? posix +unknown \(check failed: no idea\)/);
      expect(ran.stdout).toMatch(/^UNKNOWN {2}1 of 1 run not known to converge/m);
    });
  });

  it('calls it unknown when a scenario fails without any cut, and goes on with the others', async () => {
    await inDirectory(async (directory) => {
      const ran = await run(['run', 'failing', 'good', '--model', 'posix'], registry, directory);
      expect(ran.code).toBe(2);
      expect(ran.stdout).toMatch(/unknown \(run of failing fails without any power cut: ENOENT/);
      expect(ran.stdout).toMatch(/✓ posix +converges/);
    });
  });

  it('calls it unknown when the budget runs out, and ends with 2', async () => {
    await inDirectory(async (directory) => {
      const ran = await run(['run', 'good', '--budget', '1s'], registry, directory, { tick: 400 });
      expect(ran.code).toBe(2);
      expect(ran.stdout).toContain('unknown (the budget ran out: give it more with --budget, ');
    });
  });

  it('ends with what it knows, and with 130, when it is interrupted', async () => {
    await inDirectory(async (directory) => {
      const ran = await run(['run', 'good'], registry, directory, { interruptAt: 12 });
      expect(ran.code).toBe(130);
      expect(ran.stderr).toContain('interrupted: ending with what is known');
      expect(ran.stdout).toMatch(/^UNKNOWN {2}interrupted: /m);
      expect(await reportIn(directory)).toMatchObject({ interrupted: true, verdict: 'unknown' });
    });
  });

  it('says what a bounded run left out', async () => {
    await inDirectory(async (directory) => {
      const ran = await run(
        ['run', 'good', '--model', 'posix', '--tier', 'bounded', '--t', '1', '--depth', '1'],
        registry,
        directory,
      );
      expect(ran.code).toBe(0);
      expect(ran.stdout).toMatch(
        /bounded t=1: each cut loses at most 1 or keeps at most 1 .*, 1 cut in a row at most/,
      );
      expect(ran.stdout).toContain('one cut has up to 2^3 survivals');
      expect(ran.stdout).toContain(
        'convergence numbers not computed: only known when every reachable state is',
      );
    });
  });

  it('claims no more than it looked at', async () => {
    await inDirectory(async (directory) => {
      const argv = ['run', 'good', '--model', 'posix,sequential', '--depth', '1'];
      const ran = await run(argv, registry, directory);
      expect(ran.stdout).toMatch(/✓ posix +converges as far as it was looked at: /);
      expect(ran.stdout).toMatch(/^PASS {2}2 runs: every state that was looked at converges; 2 of them/m);
      expect(ran.stdout).toMatch(/the recoveries of \d+ states? were not cut again/);
    });
  });

  it('fails a program that needs a longer uptime than its scenario allows', async () => {
    await inDirectory(async (directory) => {
      const slow = { ...replacing('slow', true), uptimeMax: 0 };
      const catalogue = [{ name: 'slow', summary: '', group: '', byDefault: true, make: () => slow }];
      const ran = await run(['run', '--model', 'posix'], catalogue, directory);
      expect(ran.code).toBe(1);
      expect(ran.stdout).toMatch(
        /DOES NOT CONVERGE \(livelock: with 0 ops in each life, recovery can go round for ever/,
      );
      const enough = [{ ...catalogue[0]!, make: () => ({ ...slow, uptimeMax: 1 }) }];
      expect((await run(['run', '--model', 'posix'], enough, directory)).code).toBe(0);
    });
  });

  it('looks at the crash points that it is given only', async () => {
    await inDirectory(async (directory) => {
      const ran = await run(['run', 'good', '--model', 'posix', '--at', '2..3'], registry, directory);
      expect(ran.stdout).toContain('only crash points 2 to 3 of the main life');
      expect((await reportIn(directory)).runs[0]!.heat).toBe('  ..  ');
    });
  });

  it('colours a terminal only, and not under NO_COLOR', async () => {
    await inDirectory(async (directory) => {
      const coloured = await run(['run'], registry, directory, { terminal: true });
      expect(coloured.stdout).toContain('\u001b[32m');
      const plain = await run(['run'], registry, directory, { terminal: true, noColour: true });
      expect(plain.stdout).not.toContain('\u001b');
    });
  });

  it('rewrites one line of progress on a terminal, and writes plain lines elsewhere', async () => {
    await inDirectory(async (directory) => {
      const terminal = await run(['run'], registry, directory, { terminal: true, tick: 200 });
      expect(terminal.stderr.replaceAll('\u001b[K', '')).toMatch(
        /\r\d of 4 runs done, [\d,]+ states? found, /,
      );
      expect(terminal.stderr).not.toContain('\n');
      const plain = await run(['run'], registry, directory, { tick: 11_000 });
      expect(plain.stderr).toMatch(/^\d of 4 runs done, .* verified, .* left, .* states\/s, .*\n/m);
      expect(plain.stderr).not.toContain('\u001b');
    });
  });

  it('lets no control character of a name or a message through', async () => {
    await inDirectory(async (directory) => {
      const ran = await run(['run', 'hostile', '--model', 'process-kill'], registry, directory);
      expect(ran.code).toBe(1);
      expect(ran.stdout).toContain('/\\x1b[31mred\\n');
      expect(ran.stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    });
  });

  it('runs the scenarios of a module, and names it in the line that reproduces', async () => {
    await inDirectory(async (directory) => {
      const module = `export default {
        name: 'mine',
        run: async ({ fs, acknowledge }) => { await fs.writeFile('/f', 'x'); acknowledge('saved'); },
        check: async ({ fs }, done) => done.length && !(await fs.readdir('/')).includes('f')
          ? { invariant: 'saved means saved', message: 'it is gone', kind: 'lost' } : undefined,
      };`;
      await writeFile(join(directory, 'mine.mjs'), module);
      const ran = await run(['run', './mine.mjs', '--model', 'posix'], registry, directory);
      expect(ran.code).toBe(1);
      expect(ran.stdout).toContain('ACKNOWLEDGED DATA LOST: saved means saved');
      const [, token] = /npx blackout repro '(\S+)' --from \.\/mine\.mjs/.exec(ran.stdout)!;
      const again = await run(['repro', token!, '--from', './mine.mjs'], registry, directory);
      expect(again.code).toBe(1);
      expect(again.stdout).toContain('Broken: saved means saved (lost)');
    });
  });

  it('hands directories to a scenario that takes them', async () => {
    await inDirectory(async (directory) => {
      await mkdir(join(directory, 'A'));
      await writeFile(join(directory, 'A', 'f'), '');
      const ran = await run(['run', 'from-trees', '--tree', 'A', '--tree', '.'], registry, directory);
      expect(ran.code).toBe(0);
    });
  });

  it('says nothing of what converges with --quiet, and all of what does not', async () => {
    await inDirectory(async (directory) => {
      const argv = ['run', 'good', 'bad', '--model', 'posix', '--budget', 'none', '--quiet'];
      const ran = await run(argv, registry, directory, { tick: 20_000 });
      expect(ran.stdout).not.toMatch(/^good$/m);
      expect(ran.stdout).toMatch(/^bad\n {2}✗ posix/m);
      expect(ran.stdout).toMatch(/^FAIL {2}1 of 2 runs does not converge/m);
      expect(ran.stderr).toBe('');
      const passed = await run(['run', 'good', '--model', 'posix', '--quiet'], registry, directory);
      expect(passed.stdout.trimEnd().split('\n')).toHaveLength(3);
      expect(passed.stdout).toMatch(/^PASS {2}1 run: every state converges/);
      const loud = await run(argv.slice(0, -1), registry, directory, { tick: 20_000 });
      expect(loud.stdout).toMatch(/^good$/m);
      expect(loud.stderr).toContain('runs done');
    });
  });

  it.each([
    [['--t', '2'], '--t goes with --tier bounded: closure looks at everything, whatever a cut loses'],
    [
      ['--deaths', 'cut', '--kills', '1'],
      '--kills goes with --deaths kill or cut,kill: --deaths cut kills nothing',
    ],
  ])('refuses an option that would do nothing: %j', async (argv, told) => {
    await inDirectory(async (directory) => {
      const ran = await run(['run', 'good', ...argv], registry, directory);
      expect(ran).toEqual({ code: 254, stdout: '', stderr: `blackout: ${told}\n` });
      const used = [...argv, ...(argv[0] === '--t' ? ['--tier', 'bounded'] : ['--deaths', 'cut,kill'])];
      expect((await run(['run', 'good', '--model', 'posix', ...used], registry, directory)).code).toBe(0);
    });
  });
});
