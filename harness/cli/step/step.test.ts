import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { inDirectory, run, type Ran } from '../testing/fake-io.ts';
import { registry } from '../testing/registry.ts';

const RIGHT = '\u001b[C';
const LEFT = '\u001b[D';
const UP = '\u001b[A';
const DOWN = '\u001b[B';
const HOME = '\u001b[H';
const END = '\u001b[F';

/** Goes through the first failure of `bad` under posix: cut after op 3 of 4, with the data of op 2 lost. */
async function stepping(
  typed?: readonly string[],
  rows = 24,
): Promise<{ ran: Ran; screens: readonly string[] }> {
  let ran: Ran | undefined;
  await inDirectory(async (directory) => {
    const { stdout } = await run(['run', 'bad', '--model', 'posix'], registry, directory);
    const token = /repro '(\S+)'/.exec(stdout)![1]!;
    const terminal = typed === undefined ? {} : { terminal: true, typed, rows };
    ran = await run(['repro', token, '--step'], registry, directory, { noColour: true, ...terminal });
  });
  const screens = ran!.stdout.split('\u001b[H').slice(1).map(stripVTControlCharacters);
  return { ran: ran!, screens: screens.map((screen) => screen.replaceAll('\r', '')) };
}

/** Where each screen stands: its second line. */
function places(screens: readonly string[]): readonly string[] {
  return screens.map((screen) => screen.split('\n')[1]!);
}

const MAIN = 'life 1 of 2, the main life:';
const LAST = 'life 2 of 2, the last recovery:';

describe('repro --step at a terminal', () => {
  it('begins right before the cut, and shows the op, the tree, and what is not surely on the disk', async () => {
    const { screens, ran } = await stepping(['q']);
    expect(screens).toHaveLength(1);
    expect(screens[0]).toMatch(/^bad under posix: corrupt\nlife 1 of 2, the main life: after op 3 of 4\n/);
    expect(screens[0]).toMatch(
      /^> {5}3 {2}rename \/tmp -> \/file {3}harness\/cli\/testing\/registry\.ts:18:\d+$/m,
    );
    expect(screens[0]).toMatch(/^ {2}-{6} the power goes off here -{6}$/m);
    expect(screens[0]).toMatch(/^ {6}4 {2}fsync \//m);
    expect(screens[0]).toMatch(/^\* \/file +3 B 11507a0e "new" +3 B cba06b57 "old"$/m);
    expect(screens[0]).toContain('not surely on the disk: op 2: data of /tmp, page 0');
    expect(ran.code).toBe(1);
  });

  it('goes on and back op by op, over the cut into the next life, and not beyond the ends', async () => {
    const { screens } = await stepping([LEFT, RIGHT, RIGHT, RIGHT, LEFT, END, RIGHT, HOME, LEFT, 'q']);
    expect(places(screens)).toEqual([
      `${MAIN} after op 3 of 4`,
      `${MAIN} after op 2 of 4`,
      `${MAIN} after op 3 of 4`,
      `${MAIN} the power goes off after op 3 of 4`,
      `${LAST} before the first op`,
      `${MAIN} the power goes off after op 3 of 4`,
      expect.stringContaining(`${LAST} it ends`),
      expect.stringContaining(`${LAST} it ends`),
      `${MAIN} before the first op`,
      `${MAIN} before the first op`,
    ]);
    expect(screens[3]).toMatch(
      /path +the program saw +the disk holds\n\* \/file +3 B 11507a0e "new" +3 B, all zeros/,
    );
    expect(screens[3]).toContain('lost: op 2: data of /tmp, page 0');
    expect(screens[6]).toContain('broken: the file is old or new: it holds');
  });

  it('goes from life to life, and reads several keys that come at once', async () => {
    const { screens } = await stepping([DOWN, DOWN, UP, `${DOWN}${UP}${RIGHT}`, 'x', 'q']);
    expect(places(screens)).toEqual([
      `${MAIN} after op 3 of 4`,
      `${LAST} before the first op`,
      expect.stringContaining(`${LAST} it ends`),
      `${MAIN} before the first op`,
      `${MAIN} after op 1 of 4`,
    ]);
  });

  it('leaves the terminal as it was, whichever way it ends: q, Ctrl-C, or no more input', async () => {
    for (const typed of [['q'], ['\u0003'], []]) {
      const { ran } = await stepping(typed);
      expect(ran.stdout.startsWith('\u001b[?1049h\u001b[?25l')).toBe(true);
      expect(ran.stdout.endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
      expect(ran.code).toBe(1);
    }
  });

  it('never writes more lines than the terminal has, nor wider ones, and always says the keys', async () => {
    for (const rows of [8, 12, 24, 50]) {
      const { screens } = await stepping([LEFT, RIGHT, RIGHT, END, 'q'], rows);
      expect(screens).toHaveLength(5);
      for (const screen of screens) {
        const lines = screen.split('\n');
        expect(lines.length).toBeLessThanOrEqual(rows);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(120);
        expect(lines.at(-1)).toContain('q quits');
      }
    }
  });
});

describe('repro --step without a terminal', () => {
  it('lists each op with what it changes, what the cut leaves, and how it ends', async () => {
    const { ran } = await stepping();
    expect(ran.stdout).not.toContain('\u001b');
    expect(ran.stdout).toMatch(/^life 1 of 2, the main life: before the first op:$/m);
    expect(ran.stdout).toMatch(
      /^ {5}1 {2}create \/tmp .*\n {10}\/tmp: the program sees empty, the disk surely holds -\n {5}2 {2}write/m,
    );
    expect(ran.stdout).toMatch(/^ {10}\/tmp: gone$/m);
    expect(ran.stdout).toMatch(
      /^ {2}life 1 of 2, the main life: the power goes off after op 3 of 4\n {10}\/file: the program saw 3 B 11507a0e "new", the disk holds 3 B, all zeros\n {10}lost: op 2: data of \/tmp, page 0$/m,
    );
    expect(ran.stdout).toMatch(/^broken: the file is old or new: it holds/m);
    expect(ran.code).toBe(1);
  });

  it('goes with a token alone', async () => {
    await inDirectory(async (directory) => {
      const ran = await run(['repro', 'bad', '--at', '3', '--step'], registry, directory);
      expect(ran).toMatchObject({ code: 254, stdout: '' });
      expect(ran.stderr).toMatch(/^blackout: --step goes with a token: [^\n]+\n$/);
    });
  });
});
