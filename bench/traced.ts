import { accessSync } from 'node:fs';
import { Image } from '../harness/disk/image/image.ts';
import { DEFAULTS, Explorer, findModel, traced } from '../harness/index.ts';
import { Folder } from '../harness/trace/folder.ts';
import { ignoring } from '../harness/trace/ignored.ts';
import { run } from '../harness/trace/running.ts';
import { bestAsync, rate } from './measure.ts';

const PYTHON = '/usr/bin/python3';
const REPLACES = 100;

const SAVE = `
import os
for i in range(${REPLACES}):
    with open('data/x.tmp', 'w') as file:
        file.write(('%06d' % i) * 1000)
        file.flush()
        os.fsync(file.fileno())
    os.rename('data/x.tmp', 'data/x')
    os.fsync(os.open('data', os.O_RDONLY))
`;
const RECOVER = ['sh', '-c', 'rm -f data/x.tmp'];
const CHECK = ['sh', '-c', '[ "$(wc -c < data/x)" = 6000 ] || { echo "the file is not whole"; exit 1; }'];

const model = findModel('posix')!;

async function explore() {
  const scenario = traced({
    name: 'replace',
    setup: ['sh', '-c', `head -c 6000 /dev/zero | tr '\\0' o > data/x`],
    run: [PYTHON, '-c', SAVE],
    recover: RECOVER,
    check: CHECK,
  });
  const { failures, closed, nodes } = await new Explorer(scenario, model, { ...DEFAULTS, breathe }).explore();
  if (failures.length > 0 || !closed) throw new Error('the atomic replace must hold');
  return nodes.length;
}

const breathe = async (): Promise<void> => {};

/** What ALICE does for each state: a copy of its own, recovery and check as processes, and all of it removed. */
async function oneByOne(states: readonly Image[]): Promise<void> {
  for (const state of states) {
    const folder = new Folder('data', ignoring([]));
    folder.fill(state);
    for (const argv of [RECOVER, CHECK]) {
      const files = { stdout: `${folder.side}/out`, stderr: `${folder.side}/err` };
      const env = { PATH: process.env['PATH'] ?? '' };
      const { code } = await run({ argv, cwd: folder.cwd, env, ...files, timeLimit: 10_000 });
      if (code !== 0) throw new Error('the atomic replace must hold');
    }
    folder.remove();
  }
}

/** Some of the states that the exploration finds, as disks. */
function someStates(): readonly Image[] {
  return Array.from({ length: 40 }, (_, i) => {
    const image = Image.empty();
    const ino = image.allocate();
    image.add(ino, { kind: 'file', mode: 0o644, size: 6000, pages: [], names: [] });
    image.apply({ type: 'entry', dir: 1, name: 'x', ino });
    if (i % 2 === 0) return image;
    const other = image.allocate();
    image.add(other, { kind: 'file', mode: 0o644, size: i * 100, pages: [], names: [] });
    image.apply({ type: 'entry', dir: 1, name: 'x.tmp', ino: other });
    return image;
  });
}

/** States a second of a real program that replaces a file, recovered and checked by processes of their own. */
export async function tracedPrograms(): Promise<void> {
  try {
    for (const program of ['/usr/bin/strace', PYTHON]) accessSync(program);
  } catch {
    return console.log('\nrecorded programs: skipped, there is no strace or no python3 here');
  }
  const ours = await bestAsync(3, explore);
  const states = someStates();
  const theirs = await bestAsync(3, async () => await oneByOne(states));
  const [a, b] = [ours.value / ours.seconds, states.length / theirs.seconds];
  console.log(
    `\na recorded Python program, ${REPLACES} atomic replaces, posix to closure: ${ours.value} states, ` +
      `${rate(a)} a second, recording included; each in a copy of its own, as ALICE does: ${rate(b)} a second (${(a / b).toFixed(1)} times)`,
  );
}
