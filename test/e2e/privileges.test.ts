import { execFileSync } from 'node:child_process';
import { chmod, chown, lstat, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compiled } from './compiled.ts';
import { type Client, Lab, title, whyNoClient } from './lab.ts';

const USER = 'nobody';
const GROUP = 'nogroup';
const reason = whyNoClient() ?? whyNoUser();

/** Why no server can give root's rights up here, or undefined if one can. */
function whyNoUser(): string | undefined {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') return 'only root can become somebody else';
  try {
    idOf('u');
    return undefined;
  } catch {
    return `there is no user ${USER}`;
  }
}

function idOf(what: 'u' | 'g'): number {
  return Number(execFileSync('id', [`-${what}`, USER]).toString());
}

/** A port that only root may listen on, and nobody does. */
async function privilegedPort(): Promise<number> {
  for (let port = 1023; port > 0; port--) {
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    await new Promise((resolve) => server.close(resolve));
    if (isFree) return port;
  }
  throw new Error('all ports below 1024 are taken');
}

describe.skipIf(reason)(title('a server that is started by root and is somebody else then', reason), () => {
  let lab: Lab;
  let client: Client;
  let port: number;
  const [uid, gid] = reason === undefined ? [idOf('u'), idOf('g')] : [0, 0];
  beforeAll(async () => {
    port = await privilegedPort();
    lab = await Lab.open(compiled(), [`user = ${USER}`, `group = ${GROUP}`, `listen = 127.0.0.1:${port}`]);
    client = await lab.client('laptop');
    await writeFile(join(client.files, 'file'), 'content');
    await chmod(lab.place, 0o711);
    // Passwords are for the server alone.
    for (const name of ['.', 'laptop']) await chown(join(lab.place, 'clients', name), uid, 0);
    await chmod(join(lab.place, 'clients/laptop'), 0o400);
  });
  afterAll(() => lab.close());

  it('does not start where it could not store anything, and says why', async () => {
    const failing = async () => (await lab.jiggle('server', '-c', lab.config)).output;
    expect(await failing()).toMatch(/store can't be made: EACCES/);
    await mkdir(lab.store, { mode: 0o755 });
    expect(await failing()).toMatch(/store can't be written to by user nobody: give it/);
    await chown(lab.store, uid, gid);
  });

  it('has the rights of that user, and none of the groups of root', async () => {
    expect((await stat(join(lab.place, 'ssl_cert-server.key'))).mode & 0o077).toBe(0);
    await lab.start();
    const pid = (await readFile(join(lab.place, 'server.pid'), 'utf8')).trim();
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const facts = (name: string) => new RegExp(`^${name}:\\s*(.*?)\\s*$`, 'm').exec(status)![1]!.split(/\s+/);
    expect(facts('Uid')).toEqual(Array.from({ length: 4 }, () => `${uid}`));
    expect(facts('Gid')).toEqual(Array.from({ length: 4 }, () => `${gid}`));
    expect(facts('Groups').filter((group) => group !== `${gid}`)).toEqual([]);
    expect(facts('CapEff')).toEqual(['0000000000000000']);
  });

  it('stores backups that belong to that user, over a port that only root may open', async () => {
    const { exitCode, output } = await client.run('b', '-o', `server=127.0.0.1:${port}`);
    expect(exitCode, output).toBe(0);
    expect(output).toContain(`Connecting to 127.0.0.1:${port}`);
    await client.backup();
    expect(await client.list()).toEqual([1, 2]);
    for (const name of await readdir(lab.store, { recursive: true }))
      expect(await lstat(join(lab.store, name)), name).toMatchObject({ uid, gid });
    expect(await readFile(join(await client.restore(1), 'file'), 'utf8')).toBe('content');
  });

  it('says on SIGHUP what it can not read any more, and goes on as it was', async () => {
    lab.signal('SIGHUP');
    const texts = async () => (await lab.log()).map(({ text }) => String(text));
    await lab.until(async () => (await texts()).includes('the configuration stays as it was'));
    expect(await texts()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^the log can't be opened again and goes on where it was: EACCES/),
        expect.stringMatching(/^ssl_key .*ssl_cert-server.key can't be read \(EACCES\)$/),
        `the server is user ${USER} since its start: for what only root may read, restart it`,
      ]),
    );
    expect(await client.list()).toEqual([1, 2]);
  });

  it('can be stopped and started again', async () => {
    expect((await lab.stop()).exitCode).toBe(0);
    await lab.start();
    expect(await client.list()).toEqual([1, 2]);
    await lab.stop();
    await rm(join(lab.place, 'server.pid'), { force: true });
  });
});
