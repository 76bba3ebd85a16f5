import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Project } from './installed.ts';

let project: Project;
beforeAll(async () => (project = await Project.make()));
afterAll(async () => await project.remove());

const scenario = (flush: boolean): string => `
import { broken, scenario } from 'blackout';
import { FLUSH } from './lib/flush.js';
export default scenario({
  name: 'saving',
  setup: ({ fs }) => fs.writeFile('/a', 'old'),
  async run({ fs }) {
    await fs.writeFile('/b', 'new', { flush: FLUSH });
    await fs.rename('/b', '/a');
  },
  async check({ fs }) {
    const text = await fs.readFile('/a', 'utf8');
    if (text !== 'old' && text !== 'new') return broken('old or new', 'it is neither');
  },
}); // ${flush}`;

it('run --watch runs again when a file that the scenario imports has changed, and ends with 130', async () => {
  await project.write('saving.js', scenario(false));
  await project.write('lib/flush.js', 'export const FLUSH = false;');
  const { child, said } = project.start(['run', './saving.js', '--model', 'posix', '--watch']);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  try {
    await vi.waitFor(() => expect(said()).toMatch(/FAIL[^]*watching for changes/), { timeout: 30_000 });
    expect(said()).not.toContain('PASS');
    await project.write('lib/flush.js', 'export const FLUSH = true;');
    await vi.waitFor(() => expect(said()).toMatch(/PASS[^]*watching for changes/), { timeout: 30_000 });
    // Its own report is no change.
    const before = said();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(said()).toBe(before);
  } finally {
    child.kill('SIGINT');
  }
  expect(await ended).toBe(130);
});
