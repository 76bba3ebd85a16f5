import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Frame, FrameParser } from './frame.ts';
import { connectionPair } from './memory-connection.ts';
import { serveConversation } from './serve.ts';
import { linesOf } from './testing/frames.ts';
import { end, hello, said, stat } from './testing/sayings.ts';
import { World, trusted } from './testing/world.ts';

const REPEAT = 300_000;

let world: World;
/** What the timer answers, one after another, and the calls that wait for its time. */
let answers: (boolean | Error)[];
let waiting: (() => void)[];
beforeEach(async () => {
  world = await World.make();
  waiting = [];
  const { timers } = world;
  world.timers = {
    start(milliseconds, callback) {
      if (milliseconds !== REPEAT) return timers.start(milliseconds, callback);
      waiting.push(callback);
      return () => void (waiting = waiting.filter((one) => one !== callback));
    },
  };
  const isDue = async (): Promise<boolean> => {
    const answer = answers.shift() ?? false;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const settings = { compression: 0, recovery: 'resume' } as const;
  world.clients.set('tc', { settings, timerRepeat: REPEAT, isDue });
});
afterEach(() => world.remove());

async function until(isSo: () => boolean): Promise<void> {
  do await new Promise((resolve) => setTimeout(resolve, 5));
  while (!isSo());
}

const hasArrived = (name: string): boolean =>
  readdirSync(world.directory, { recursive: true }).some((path) => String(path).endsWith(`/${name}`));

/** A backup in the middle of which the time passes as often as is said. */
async function backup(action: string, times: number) {
  const { server, client } = connectionPair(trusted('tc'));
  const serving = serveConversation(server, world.server(), world.log);
  const files = ['/a', '/b'].flatMap((path) => [stat({ size: 4 }), `f:${path}`]);
  client.write(said(...hello('tc'), `c:${action}`, ...files, 'c:backupphase2'));
  client.write(said(stat({ size: 4 }), 'f:/a', 'a:data', end('data')));
  await until(() => hasArrived('a'));
  for (let time = 0; time < times; time++) {
    const left = answers.length;
    for (const call of waiting.splice(0)) call();
    await until(() => answers.length < left || action === 'backupphase1');
  }
  client.write(said(stat({ size: 4 }), 'f:/b', 'a:data', end('data'), 'c:okbackupphase2end'));
  client.close();
  const frames: Frame[] = [];
  const parser = new FrameParser();
  for await (const piece of client.incoming) parser.push(piece, frames);
  return { outcome: await serving, lines: linesOf(frames) };
}

it('a timed backup goes on as long as the timer says yes, however often it is asked', async () => {
  answers = [true, true, true, true];
  const { outcome } = await backup('backupphase1timed', 3);
  expect(outcome.result).toBe('done');
  expect([answers, waiting]).toEqual([[], []]);
});

it('one that is not due any more is cut short, its client is told, and what came is kept for who resumes it', async () => {
  answers = [true, true, false];
  const { outcome, lines } = await backup('backupphase1timed', 2);
  expect(outcome).toMatchObject({ result: 'refused', reason: 'timer conditions not met' });
  expect(lines.at(-1)).toBe('e:timer conditions not met');
  expect(waiting).toEqual([]);
  const store = await world.store('tc');
  expect(await store.list()).toEqual([]);
  const again = await world.serve(
    said(
      ...hello('tc'),
      'c:backupphase1',
      stat({ size: 4 }),
      'f:/b',
      'a:data',
      end('data'),
      'c:okbackupphase2end',
    ),
    trusted('tc'),
  );
  expect(linesOf(again.frames).filter((line) => line.startsWith('f:'))).toEqual(['f:/b']);
  expect((await store.verify(0)).failures).toEqual([]);
});

it('a backup that nobody timed is never asked about', async () => {
  answers = [];
  expect((await backup('backupphase1', 1)).outcome.result).toBe('done');
  expect(waiting).toEqual([]);
});

it('a timer that fails is asked again later, and cuts nothing short', async () => {
  answers = [true, new Error('no such script'), true];
  expect((await backup('backupphase1timed', 2)).outcome.result).toBe('done');
  expect(world.warnings).toEqual([expect.stringContaining('no such script')]);
});
