/**
 * A program for the preload to count: every kind of operation of node:fs/promises that counts, and every kind of call that
 * does not because it fails or changes nothing. It runs on a simulated disk, too.
 *
 * @param fs node:fs/promises, or what has the same functions
 * @param {string} root an empty directory; '' for a disk's own root
 */
export async function everyOperation(fs, root) {
  await descriptors(fs, root);
  await openings(fs, root);
  await names(fs, root);
  await attributes(fs, root);
  await failures(fs, root);
}

async function descriptors(fs, root) {
  const file = await fs.open(`${root}/f`, 'wx', 0o600);
  await file.write(Buffer.from('hello world'), 0, 11, null);
  await file.write(Buffer.alloc(0));
  await file.writev([Buffer.from('one'), Buffer.from('two')]);
  await file.truncate(9);
  await file.truncate(9);
  await file.chmod(0o640);
  await file.chown(-1, -1);
  await file.utimes(1, 2);
  await file.sync();
  await file.datasync();
  await file.close();
}

async function openings(fs, root) {
  await fs.symlink('made', `${root}/dangling`);
  for (const [name, flags] of [
    ['f', 'r'],
    ['f', 'r+'],
    ['f', 'a'],
    ['f', 'w'],
    ['f', 'w'],
    ['dangling', 'w'],
    ['new', 'a+'],
  ]) {
    await (await fs.open(`${root}/${name}`, flags, 0o600)).close();
  }
  const appended = await fs.open(`${root}/f`, 'a');
  await appended.write(Buffer.from('at the end'));
  await appended.close();
}

async function names(fs, root) {
  await fs.mkdir(`${root}/d`, { mode: 0o700 });
  await fs.link(`${root}/f`, `${root}/d/g`);
  await fs.rename(`${root}/f`, `${root}/d/g`);
  await fs.rename(`${root}/d/g`, `${root}/new`);
  await fs.unlink(`${root}/f`);
  const directory = await fs.open(`${root}/d`, 'r');
  await directory.sync();
  await directory.close();
  await fs.rmdir(`${root}/d`);
  await fs.mkdir(`${root}/stays`, { mode: 0o700 });
}

async function attributes(fs, root) {
  const path = `${root}/new`;
  await fs.truncate(path, 5000);
  await fs.truncate(path, 5000);
  await fs.chmod(path, 0o755);
  await fs.utimes(path, 3, 4);
}

/** Each of them fails, here and there; one that doesn't fails the test. */
async function failures(fs, root) {
  const calls = [
    () => fs.mkdir(`${root}/new`),
    () => fs.open(`${root}/new`, 'wx'),
    () => fs.open(`${root}/nowhere/f`, 'w'),
    () => fs.unlink(`${root}/nothing`),
    () => fs.rename(`${root}/nothing`, `${root}/new`),
    () => fs.rmdir(`${root}/new`),
    () => fs.link(`${root}/new`, `${root}/stays`),
    () => fs.truncate(`${root}/nothing`),
  ];
  for (const call of calls) {
    const failed = await call().then(
      () => false,
      () => true,
    );
    if (!failed) throw new Error(`this should fail: ${String(call)}`);
  }
  await fs.symlink('the last one', `${root}/last`);
}
