import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compiled } from './compiled.ts';
import { type Client, Lab, title, whyNoClient } from './lab.ts';

const reason = whyNoClient() ?? (await whyNoMetadata());

/** Why extended attributes, ACLs and devices can't be made here, or undefined if they can. */
async function whyNoMetadata(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'only root may make devices and restore owners';
  const place = await mkdtemp(join(tmpdir(), 'metadata-'));
  try {
    const works = (program: string, ...args: string[]) => spawnSync(program, [...args, place]).status === 0;
    if (!works('setfattr', '-n', 'user.try', '-v', '1')) return 'no extended attributes, or no setfattr';
    return works('setfacl', '-m', 'u:65534:r') ? undefined : 'no ACLs, or no setfacl';
  } finally {
    await rm(place, { recursive: true });
  }
}

/** 0x01000002 is version 2 of capabilities, then come the bits: cap_net_raw is permitted. */
const CAPABILITY = '0x0100000200200000000000000000000000000000';

async function makeTree(root: string): Promise<void> {
  const at = (name: string) => join(root, name);
  for (const name of ['attributed', 'acl', 'capable', 'plain', 'setuid']) await writeFile(at(name), name);
  await mkdir(at('directory/below'), { recursive: true });
  await writeFile(at('directory/below/file'), 'below');
  await execa('setfattr', ['-n', 'user.color', '-v', 'red', at('attributed')]);
  await execa('setfattr', ['-n', 'user.binary', '-v', '0x00ff0a00', at('attributed')]);
  await execa('setfattr', ['-n', 'trusted.seen', '-v', 'by root', at('attributed')]);
  await execa('setfattr', ['-n', 'security.capability', '-v', CAPABILITY, at('capable')]);
  await execa('setfacl', ['-m', 'u:65534:rw,g:12345:r', at('acl')]);
  await execa('setfacl', ['-m', 'u:65534:rwx,d:u:65534:rx,d:g:12345:r', at('directory')]);
  await execa('setfattr', ['-n', 'user.dir', '-v', 'directory', at('directory/below')]);
  await chown(at('setuid'), 65534, 12345);
  await chmod(at('setuid'), 0o6755);
  await chmod(at('directory/below'), 0o1777);
  await symlink('attributed', at('link'));
  await execa('mknod', [at('null'), 'c', '1', '3']);
  await execa('mknod', [at('loop'), 'b', '7', '300']);
  await execa('mkfifo', ['-m', '0620', at('fifo')]);
}

/** What there is of each path: attributes, ACLs, and what stat says. A line each. */
async function shown(root: string): Promise<string> {
  const options = { cwd: root, shell: false } as const;
  const find = (...action: string[]) => execa('find', ['.', ...action], options);
  const { stdout: stat } = await find('-printf', '%p %y %m %U %G %l %T@ %n\n');
  const { stdout: device } = await find(
    '(',
    '-type',
    'b',
    '-o',
    '-type',
    'c',
    ')',
    '-exec',
    'stat',
    '-c',
    '%n %t %T',
    '{}',
    '+',
  );
  const { stdout: attributes } = await execa(
    'getfattr',
    ['-R', '-h', '-P', '-d', '-m', '-', '-e', 'hex', '.'],
    options,
  );
  const { stdout: acls } = await execa('getfacl', ['-R', '-P', '-n', '.'], options);
  const sections = (text: string) => text.split(/\n\n+/).sort();
  return [
    ...stat
      .replaceAll(/\.\d+ /g, ' ')
      .split('\n')
      .sort(),
    ...device.split('\n').sort(),
    ...sections(attributes),
    ...sections(acls),
  ].join('\n');
}

describe.skipIf(reason)(title('the real client, with attributes, ACLs and devices,', reason), () => {
  let lab: Lab;
  let client: Client;
  const states: string[] = [];
  beforeAll(async () => {
    lab = await Lab.open(compiled());
    client = await lab.client('laptop');
    await makeTree(client.files);
    await lab.start();
  });
  afterAll(() => lab.close());

  it('backs up changes of nothing but an attribute, an ACL or a mode', async () => {
    const at = (name: string) => join(client.files, name);
    const changes: (() => Promise<unknown>)[] = [
      async () => {},
      () => execa('setfattr', ['-n', 'user.color', '-v', 'blue', at('attributed')]),
      async () => {
        await execa('setfacl', ['-m', 'd:u:65534:rwx', at('directory')]);
        await execa('setfattr', ['-n', 'user.new', '-v', '1', at('plain')]);
        await execa('setfattr', ['-x', 'user.dir', at('directory/below')]);
        await chmod(at('setuid'), 0o755);
      },
    ];
    for (const change of changes) {
      // Only whole seconds of a change of attributes are compared.
      await new Promise((resolve) => setTimeout(resolve, 1100));
      await change();
      states.push(await shown(client.files));
      expect(await client.backup()).not.toContain('WARNING');
    }
  });

  it.each([1, 2, 3])('gets backup %i back as it was', async (number) => {
    expect(await shown(await client.restore(number))).toBe(states[number - 1]);
  });

  it('would be told of an attribute that differs', () => {
    expect(new Set(states).size).toBe(3);
    expect(states[0]).toContain('user.color=0x726564');
  });
});
