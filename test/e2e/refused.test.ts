import { appendFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compiled } from './compiled.ts';
import { Client, Lab, title, whyNoClient } from './lab.ts';
import { differences, treeOf } from './tree.ts';

const reason = whyNoClient();

describe.skipIf(reason)(title('a client that may not do what it wants', reason), () => {
  let lab: Lab;
  let client: Client;
  beforeAll(async () => {
    lab = await Lab.open(compiled());
    client = await lab.client('laptop');
    await writeFile(join(client.files, 'file'), 'content');
    await lab.start();
    await client.backup();
  });
  afterAll(() => lab.close());

  /** Outcomes of conversations in the server's log, which has them a moment after their client has gone. */
  const outcomes = async (reason: string) =>
    (await lab.log()).filter((entry) => entry['event'] === 'conversation' && entry['reason'] === reason)
      .length;

  it('is turned away with a wrong password, or a name that nobody has, in the same words', async () => {
    for (const wrong of ['password=wrong', 'cname=nobody', 'cname=../laptop']) {
      const { exitCode, output } = await client.run('l', '-o', wrong);
      expect(exitCode).toBe(1);
      expect(output).toContain('unable to authorise on server');
    }
    await lab.until(async () => (await outcomes('unable to authorise on server')) === 3);
  });

  it('is turned away without a certificate, and with that of another client', async () => {
    const other = await lab.client('desktop');
    const asOther = await other.run('l', '-o', 'cname=laptop', '-o', 'password=of-laptop');
    expect(asOther).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining('check cert failed on server'),
    });
    const key = join(client.place, 'ssl_cert-client.key');
    const certificate = join(client.place, 'ssl_cert-client.pem');
    await rename(certificate, `${certificate}.away`);
    const without = await client.run('l', '-o', `ssl_key=${key}`);
    expect(without.exitCode).not.toBe(0);
    await rename(`${certificate}.away`, certificate);
    expect((await client.run('l')).exitCode).toBe(0);
  });

  it('is turned away once its certificate is revoked', async () => {
    const lost = await lab.client('lost');
    expect((await lost.run('l')).exitCode).toBe(0);
    expect((await lab.jiggle('ca', 'revoke', 'lost', '-c', lab.config)).exitCode).toBe(0);
    const after = await lost.run('l');
    expect(after).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining('check cert failed on server'),
    });
    expect((await lab.log()).some(({ text }) => String(text).includes('is revoked'))).toBe(true);
  });

  it('may use the backups of another only as configured', async () => {
    const reader = await lab.client('reader');
    await expect(reader.run('l', '-C', 'laptop')).resolves.toMatchObject({ exitCode: 1 });
    await appendFile(join(lab.place, 'clients/laptop'), 'restore_client = reader\nclient_can_delete = 0\n');
    const listed = await reader.run('l', '-C', 'laptop');
    expect(listed).toMatchObject({ exitCode: 0, output: expect.stringMatching(/Backup: 0000001/) });
    const refused = await reader.run('delete', '-C', 'laptop', '-b', '1');
    expect(refused).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining('Client delete is not allowed'),
    });
    const backup = await reader.run('b', '-C', 'laptop');
    expect(backup.exitCode).toBe(1);
    const to = join(reader.place, 'of-laptop');
    await mkdir(to);
    expect((await reader.run('r', '-C', 'laptop', '-b', '1', '-d', to)).exitCode).toBe(0);
    expect(differences(await treeOf(client.files), await treeOf(join(to, client.files)))).toEqual([]);
  });

  it('has its own includes replaced, its timer asked, its quota counted', async () => {
    const managed = await lab.client('managed', {
      server: [
        'include = /etc/hosts',
        'timer_arg = 20h',
        'timer_arg = always',
        'client_can_force_backup = 0',
      ],
    });
    expect(await managed.run('b')).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining('not allowed'),
    });
    expect((await managed.run('t')).exitCode).toBe(0);
    expect((await managed.run('l', '-b', '1')).output).toContain('\n/etc/hosts\n');
    expect((await managed.run('t')).exitCode).toBe(3);
    await writeFile(join(lab.store, 'managed/backup'), '');
    expect((await managed.run('t')).exitCode).toBe(0);
    const full = await lab.client('full', { server: ['hard_quota = 1kb'] });
    await writeFile(join(full.files, 'large'), Buffer.alloc(5000));
    expect(await full.run('b')).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining('quota exceeded'),
    });
    expect(await full.run('b')).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining('quota exceeded'),
    });
  });

  it('and one whose file has a mistake, are turned away alone: the log names file and line', async () => {
    await lab.client('broken', { server: ['librsync = perhaps'] });
    const broken = new Client(lab, 'broken');
    expect((await broken.run('l')).exitCode).toBe(1);
    expect(
      (await lab.log()).some(({ text }) => String(text).includes('clients/broken:2: librsync takes 0 or 1')),
    ).toBe(true);
    expect((await client.run('l')).exitCode).toBe(0);
  });

  it('comes in, with a certificate that is signed on its first contact, once the configuration has it', async () => {
    const fresh = new Client(lab, 'fresh');
    await mkdir(fresh.place);
    await fresh.configure([]);
    expect((await fresh.run('l')).output).toContain('unable to authorise');
    await writeFile(join(lab.place, 'clients/fresh'), 'password = of-fresh\n');
    const first = await fresh.run('l');
    expect(first).toMatchObject({ exitCode: 0, output: expect.stringContaining('no backups') });
    expect((await lab.jiggle('ca', 'list', '-c', lab.config)).output).toMatch(
      /valid until 20\d\d-.* fresh$/m,
    );
  });

  it('finds what a reload brought, and a mistake in it changes nothing', async () => {
    await lab.configure(['enabled = 0']);
    lab.signal('SIGHUP');
    await lab.until(async () => (await client.run('l')).output.includes('client not enabled on server'));
    await lab.configure(['enabled = maybe']);
    lab.signal('SIGHUP');
    await lab.until(async () =>
      (await lab.log()).some(({ text }) => text === 'the configuration stays as it was'),
    );
    expect((await client.run('l')).output).toContain('client not enabled on server');
    await lab.configure([]);
    lab.signal('SIGHUP');
    await lab.until(async () => (await client.run('l')).exitCode === 0);
  });
});

describe('a server that can not start', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.open(compiled());
  });
  afterAll(() => lab.close());

  const starts = (config = lab.config) => lab.jiggle('server', '-c', config);

  it('says that the port is in use', async () => {
    const taken: Server = createServer();
    await new Promise<void>((resolve) => taken.listen(lab.port, '127.0.0.1', resolve));
    const { exitCode, output } = await starts();
    await new Promise((resolve) => taken.close(resolve));
    expect(output).toBe(
      `jiggle: can't listen on 127.0.0.1:${lab.port}: another program listens there (EADDRINUSE)`,
    );
    expect(exitCode).toBe(1);
  });

  it('says that another server runs', async () => {
    await lab.start();
    const { exitCode, output } = await starts();
    await lab.stop();
    expect(output).toBe(`jiggle: another server runs with the pidfile ${lab.place}/server.pid`);
    expect(exitCode).toBe(1);
  });

  it.each([
    [
      'a missing certificate',
      ['ssl_cert = /none/cert.pem'],
      /^jiggle: ssl_cert \/none\/cert.pem can't be read \(ENOENT\)$/,
    ],
    ['a mistake', ['librsync = maybe'], /^jiggle: .*server.conf:18: librsync takes 0 or 1, not "maybe"$/],
  ])('says %s, in one line', async (_, lines, message) => {
    await lab.configure(lines);
    const { exitCode, output } = await starts();
    await lab.configure([]);
    expect(output).toMatch(message);
    expect(exitCode).toBe(1);
  });

  it('says that there is no configuration, or no CA yet', async () => {
    expect(await starts('/none.conf')).toEqual({
      exitCode: 1,
      output: "jiggle: ENOENT: no such file or directory, open '/none.conf'",
    });
    await writeFile(join(lab.place, 'CA.cnf'), `CA_DIR = ${lab.place}/other\n`);
    const { output } = await starts();
    await writeFile(join(lab.place, 'CA.cnf'), `CA_DIR = ${lab.place}/CA\n`);
    expect(output).toBe(
      `jiggle: there is no CA in ${lab.place}/other: "jiggle ca init -c ${lab.config}" makes one`,
    );
  });
});
