import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compiled } from './compiled.ts';
import { type Client, Lab, freePort, title, whyNoClient } from './lab.ts';

const reason = whyNoClient();

interface Shown {
  readonly clients: readonly {
    readonly name: string;
    readonly labels?: readonly string[];
    readonly run_status: string;
    readonly children?: readonly { action: string; phase: string; counters: readonly { name: string }[] }[];
    readonly backups: readonly { readonly number: number; readonly flags: readonly string[] }[];
  }[];
}

describe.skipIf(reason)(title('the status monitor, as the real client shows it', reason), () => {
  let lab: Lab;
  let laptop: Client;
  let hidden: Client;
  let gate: string;
  beforeAll(async () => {
    const port = await freePort();
    lab = await Lab.open(compiled(), [`listen_status = 127.0.0.1:${port}`, 'max_status_children = 2']);
    gate = join(lab.place, 'gate');
    const script = join(lab.place, 'wait.sh');
    await writeFile(script, `#!/bin/sh\nwhile [ ! -e ${gate} ]; do sleep 0.05; done\n`, { mode: 0o755 });
    const own = [`status_port = ${port}`];
    laptop = await lab.client('laptop', { own });
    const office = ['restore_client = laptop', 'label = office', `server_script_post = ${script}`];
    await lab.client('desktop', { own, server: office });
    hidden = await lab.client('hidden', { own, server: ['client_can_monitor = 0'] });
    await writeFile(join(laptop.files, 'a'), 'a');
    await lab.start();
    await laptop.backup();
  });
  afterAll(() => lab.close());

  it('has its own client, and those that it may restore for, with their labels; nobody else', async () => {
    const { clients } = await shown(laptop, 'c:');
    expect(clients.map(({ name, labels }) => [name, labels])).toEqual([
      ['desktop', ['office']],
      ['laptop', undefined],
    ]);
    expect(clients[1]!.backups).toMatchObject([{ number: 1, flags: ['deletable', 'current', 'manifest'] }]);
    expect(clients.map(({ run_status: status }) => status)).toEqual(['idle', 'idle']);
  });

  it('is not for those who may not look, and takes nothing but questions', async () => {
    expect((await asked(hidden, 'c:')).output).not.toContain('"clients"');
    await lab.until(async () =>
      (await lab.log()).some(
        ({ client, reason: why }) => client === 'hidden' && why === 'Monitor is not allowed',
      ),
    );
    expect((await asked(laptop, 'c:hidden')).output).toContain('Could not find client: hidden');
    expect((await asked(laptop, 'backupphase1')).output).toContain('"clients"');
    expect(await laptop.list()).toEqual([1]);
  });

  it('shows what is being done, and how much is counted of it', async () => {
    const desktop = new (laptop.constructor as typeof Client)(lab, 'desktop');
    await writeFile(join(desktop.files, 'b'), 'b');
    const backup = desktop.begin('b');
    try {
      let seen: Shown['clients'][number] | undefined;
      await lab.until(async () => {
        [seen] = (await shown(laptop, 'c:')).clients;
        return seen?.children?.[0]?.phase === 'shuffling';
      });
      expect(seen!.run_status).toBe('running');
      const [child] = seen!.children!;
      expect(child).toMatchObject({ action: 'backup', backup: 1 });
      expect(child!.counters).toContainEqual(
        expect.objectContaining({ name: 'files', count: 1, scanned: 1 }),
      );
    } finally {
      await writeFile(gate, '');
      await backup;
    }
    await lab.until(async () => (await shown(laptop, 'c:')).clients[0]!.run_status === 'idle');
  });
});

async function shown(client: Client, question: string): Promise<Shown> {
  const { output } = await asked(client, question);
  const [document] = /^\{\n[^]*?\n\}\n/m.exec(output) ?? [];
  return JSON.parse(document ?? '{}') as Shown;
}

/** What the client prints from its start to the answer to one question. */
async function asked(client: Client, question: string): Promise<{ output: string }> {
  const monitor = execa('burp', ['-c', join(client.place, 'burp.conf'), '-a', 'm'], {
    reject: false,
    timeout: 30_000,
  });
  let output = '';
  monitor.stdout.on('data', (bytes: Buffer) => {
    const isAsked = output.includes('in monitor');
    output += bytes.toString();
    if (!isAsked && output.includes('in monitor')) monitor.stdin.write(`${question}\n`);
    if (/^\{\n[^]*\n\}\n/m.test(output) || output.includes('{"warning"')) monitor.stdin.end();
  });
  await monitor;
  return { output };
}
