import { existsSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compiled } from './compiled.ts';
import { type Client, Lab, title, whyNoClient } from './lab.ts';

const NOTIFY = '/usr/share/burp/scripts/notify_script';
const reason = whyNoClient() ?? (existsSync(NOTIFY) ? undefined : `there is no ${NOTIFY}`);

describe.skipIf(reason)(title("the real client, and Debian's own script for mails,", reason), () => {
  let lab: Lab;
  let client: Client;
  beforeAll(async () => {
    lab = await Lab.open(compiled());
    const { place } = lab;
    await writeFile(
      join(place, 'sendmail'),
      `#!/bin/sh\ncat > ${place}/mail.tmp\nmv ${place}/mail.tmp ${place}/mail\n`,
      { mode: 0o755 },
    );
    await writeFile(join(place, 'pre'), '#!/bin/sh\n[ "$2" != Delete ]\n', { mode: 0o755 });
    await lab.configure([
      `server_script_pre = ${place}/pre`,
      ...['success', 'failure'].flatMap((end) => [
        `notify_${end}_script = ${NOTIFY}`,
        `notify_${end}_arg = ${place}/sendmail`,
        `notify_${end}_arg = To: root`,
        `notify_${end}_arg = "Subject: %b ${end}: %c %w"`,
      ]),
    ]);
    client = await lab.client('laptop');
    await writeFile(join(client.files, 'file'), 'content');
    await lab.start();
  });
  afterAll(() => lab.close());

  const mail = async (subject: string): Promise<string> => {
    const path = join(lab.place, 'mail');
    await lab.until(async () => existsSync(path) && (await readFile(path, 'utf8')).includes(subject));
    return readFile(path, 'utf8');
  };

  it('a backup, a restore and a verify are told of with their logs', async () => {
    await client.backup();
    expect(await mail('Subject: backup success: laptop')).toMatch(
      /^0000001 [^]*Files: [^]*Backup completed\.$/m,
    );
    await client.restore(1);
    expect(await mail('Subject: restore success: laptop')).toContain("backup = '1'");
    await client.run('v', '-b', '1');
    expect(await mail('Subject: verify success: laptop')).toContain('Bytes checked:');
  });

  it('a backup that fails is told of with the log of its attempt', async () => {
    await appendFile(join(lab.place, 'clients/laptop'), 'hard_quota = 1b\n');
    expect((await client.run('b')).exitCode).toBe(1);
    const text = await mail('Subject: backup failure: laptop');
    expect(text).toContain('Begin phase1');
    expect(text).toContain('ERROR: Hard quota exceeded');
  });

  it('what a script forbids is not done', async () => {
    const refused = await client.run('delete', '-b', '1');
    expect(refused).toMatchObject({ exitCode: 1, output: expect.stringContaining('returned an error') });
    expect(await client.list()).toContain(1);
  });
});
