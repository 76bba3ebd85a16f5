import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../reports/events.ts';
import { titled } from '../interop/tools.ts';
import { ROOT } from './packed.ts';

const BLACKOUT = join(ROOT, 'bin/blackout.js');

const reason = spawnSync('redis-server', ['--version']).error
  ? 'Debian\'s package "redis-server" is not installed'
  : undefined;

/** Scenarios of several outcomes; under two models each, twelve units. */
const NAMES = [
  'append-log',
  'append-log-no-fsync',
  'atomic-replace',
  'atomic-replace-no-fsync',
  'marker-synced',
  'two-disks',
];

describe.skipIf(reason)(titled('a run by way of a queue', reason), () => {
  let place: string;
  let port: number;
  let redis: ChildProcess;
  let url: string;
  let whole: string[];
  const running = new Set<ChildProcess>();

  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'queue-'));
    port = await freePort();
    url = `redis://127.0.0.1:${port}`;
    redis = await redisOn(port);
    await execa(BLACKOUT, ['run', ...NAMES, '--model', 'ext4,posix', '--output', join(place, 'whole')], {
      cwd: place,
      reject: false,
    });
    whole = await eventsIn('whole');
  });
  afterEach(async () => {
    for (const child of running) child.kill('SIGKILL');
    await Promise.all([...running].map(async (child) => await once(child, 'exit')));
  });
  afterAll(async () => {
    redis?.kill('SIGKILL');
    await rm(place, { recursive: true, force: true });
  });

  /** All that a report holds but times, by run. */
  async function eventsIn(output: string): Promise<string[]> {
    const text = await readFile(join(place, output, 'events.jsonl'), 'utf8');
    const events = text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as RunEvent & { run?: number })
      .filter(({ run }) => run !== undefined);
    // Of one run they come in order, and runs in the order in which they ended.
    return events
      .sort((one, other) => one.run! - other.run!)
      .map((event) => JSON.stringify(event).replace(/"elapsedMs":\d+/, ''));
  }

  async function someRunEnded(output: string): Promise<void> {
    const path = join(place, output, 'events.jsonl');
    const hasEnded = async (): Promise<boolean> =>
      (await readFile(path, 'utf8').catch(() => '')).includes('"type":"run-end"');
    while (!(await hasEnded())) await sleep(50);
  }

  function begun(...args: string[]): ChildProcess {
    return begunIn('.', ...args);
  }

  /** @param folder the project, as a path from `place` */
  function begunIn(folder: string, ...args: string[]): ChildProcess {
    const child = spawn(process.execPath, [BLACKOUT, ...args, '--queue', url], {
      cwd: join(place, folder),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // What nobody reads would hold it up.
    child.stdout.resume();
    child.stderr.resume();
    running.add(child);
    child.once('exit', () => running.delete(child));
    return child;
  }

  function run(output: string, ...more: string[]): ChildProcess {
    return begun('run', ...NAMES, '--model', 'ext4,posix', '--output', join(place, output), ...more);
  }

  function worker(): ChildProcess {
    return begun('work', '--jobs', '1');
  }

  it('comes to the report of one thread, though one of three workers is killed every second', async () => {
    const workers = [worker(), worker(), worker()];
    const asked = run('killed');
    const ended = once(asked, 'exit');
    // A worker that takes longer than that to start must have a chance to do something.
    for (let oldest = 0, pause = 1000; asked.exitCode === null; oldest = (oldest + 1) % 3, pause *= 1.2) {
      await Promise.race([ended, sleep(pause)]);
      workers[oldest]!.kill('SIGKILL');
      workers[oldest] = worker();
    }
    expect(await ended).toEqual([1, null]);
    expect(await eventsIn('killed')).toEqual(whole);
  });

  it('goes on when the command that waits was killed, and what was done meanwhile is not done again', async () => {
    const first = run('again');
    worker();
    await someRunEnded('again');
    first.kill('SIGKILL');
    await once(first, 'exit');
    const second = begun('run', '--resume', join(place, 'again'));
    expect(await once(second, 'exit')).toEqual([1, null]);
    expect(await eventsIn('again')).toEqual(whole);
  });

  it('goes on when the Redis is gone and comes back with nothing', async () => {
    worker();
    const asked = run('lost');
    const ended = once(asked, 'exit');
    await someRunEnded('lost');
    redis.kill('SIGKILL');
    await once(redis, 'exit');
    redis = await redisOn(port);
    expect(await ended).toEqual([1, null]);
    expect(await eventsIn('lost')).toEqual(whole);
  });

  it('is left to others by a worker whose scenarios are not the same, which says so', async () => {
    const module = (text: string): string =>
      `export default { name: 'own', run: async ({ fs }) => void (await fs.writeFile('/f', '${text}')), check: async () => {} };`;
    for (const name of ['one', 'other']) {
      await mkdir(join(place, name));
      await writeFile(join(place, name, 'own.mjs'), module(name));
    }
    const strange = begunIn('other', 'work');
    const told = 'its scenarios, or what they are made of, are others than those of the run';
    const leaves = logged(strange, (text) => text.includes(`a run is left to others: ${told}`));
    const asked = begunIn('one', 'run', './own.mjs', '--model', 'ext4');
    await logged(asked, (text) => text.includes(`a worker leaves it to others: ${told}`));
    await leaves;
    const ended = once(asked, 'exit');
    const right = begunIn('one', 'work');
    expect(await ended).toEqual([0, null]);
    right.kill('SIGINT');
    expect(await once(right, 'exit')).toEqual([130, null]);
  });

  it('is refused in one line where no Redis is, and ends soon after Ctrl-C where no worker is', async () => {
    const nobody = await execa(BLACKOUT, ['run', 'append-log', '--queue', 'redis://127.0.0.1:1'], {
      cwd: place,
      reject: false,
    });
    expect([nobody.exitCode, nobody.stderr]).toEqual([
      254,
      'blackout: no Redis answers at redis://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1',
    ]);
    const alone = run('alone');
    await logged(alone, (text) => text.includes('no worker is there yet'));
    alone.kill('SIGINT');
    expect(await once(alone, 'exit')).toEqual([130, null]);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A Redis that keeps nothing. */
async function redisOn(port: number): Promise<ChildProcess> {
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await logged(child, (text) => text.includes('Ready to accept connections'));
  return child;
}

/** Waits until a process has said something. */
async function logged(child: ChildProcess, hasSaid: (text: string) => boolean): Promise<void> {
  let text = '';
  await new Promise<void>((resolve, reject) => {
    const listen = (chunk: Buffer): void => {
      text += String(chunk);
      if (hasSaid(text)) resolve();
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', () => reject(new Error(`it ended, and said only: ${text}`)));
  });
}
