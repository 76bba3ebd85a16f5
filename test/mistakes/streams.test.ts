import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Project } from './installed.ts';

let project: Project;

/** Fails under any model: it is cut short in place. */
const BAD = `
import { broken, scenario } from 'blackout';
export default scenario({
  name: 'bad',
  setup: ({ fs }) => fs.writeFile('/a', 'old'),
  run: ({ fs }) => fs.writeFile('/a', 'new'),
  async check({ fs }) {
    const text = await fs.readFile('/a', 'utf8');
    if (text !== 'old' && text !== 'new') return broken('old or new', JSON.stringify(text));
  },
});`;

beforeAll(async () => {
  project = await Project.make();
  await project.write('bad.js', BAD);
});
afterAll(async () => await project.remove());

const RUN = ['run', './bad.js', '--model', 'posix'];

describe('standard output', () => {
  it('that is full is told of in one line, and ends with 255: 1 would be a verdict', async () => {
    for (const argv of [RUN, ['list'], ['models'], ['run', '--help']]) {
      const { code, stderr } = await project.blackout(argv, { stdout: '/dev/full' });
      expect(stderr).toBe("blackout: standard output can't be written to (ENOSPC)\n");
      expect(code).toBe(255);
    }
  });

  it('that nobody reads any more ends it with 141, as it ends other programs: 0 would be a pass', async () => {
    const blackout = `exec ${process.execPath} node_modules/blackout/bin/blackout.js`;
    const child = spawn('bash', ['-c', `(${blackout} ${RUN.join(' ')}) | true; echo \${PIPESTATUS[0]}`], {
      cwd: project.directory,
    });
    let said = '';
    child.stdout.on('data', (data) => (said += String(data)));
    await new Promise((resolve) => child.on('close', resolve));
    expect(said).toBe('141\n');
  });

  it('holds nothing but the report where it is asked for there, and text goes to the other stream', async () => {
    const { code, stdout, stderr } = await project.blackout([...RUN, '--json', '-']);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'counterexample' });
    expect(stderr).toContain('FAIL  1 of 1 run does not converge');
    expect(code).toBe(1);
    expect(await readdir(project.directory)).not.toContain('-');
  });
});

describe('standard error', () => {
  it('that is full does not change the verdict', async () => {
    const { code } = await project.blackout([...RUN, '--json', '-'], { stderr: '/dev/full' });
    expect(code).toBe(1);
  });
});

describe('two commands at once', () => {
  it('do not write into one folder: the later one is turned away, and the report is that of the first', async () => {
    const argv = [...RUN, '--output', 'shared'];
    const ended = await Promise.all(Array.from({ length: 3 }, async () => await project.blackout(argv)));
    expect(ended.map(({ code }) => code ?? -1).sort((one, other) => one - other)).toEqual([1, 254, 254]);
    for (const { code, stderr } of ended) {
      if (code === 254)
        expect(stderr).toMatch(/^blackout: --output shared: process \d+ is writing there; .*\n$/);
    }
    const report = await readFile(join(project.directory, 'shared/report.json'), 'utf8');
    expect(JSON.parse(report)).toMatchObject({ verdict: 'counterexample' });
    const left = await readdir(join(project.directory, 'shared'));
    expect(left.filter((name) => /lock|tmp/.test(name))).toEqual([]);
  });
});
