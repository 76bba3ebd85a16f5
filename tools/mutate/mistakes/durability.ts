import type { Mistake } from './mistake.ts';

/** Something is relied upon, or told, before it is durable. */
export const DURABILITY: readonly Mistake[] = [
  {
    name: 'the record is written before what it vouches for is durable',
    file: 'src/storage/seal.ts',
    find: '  await job.batch.end();\n  const record =',
    replace: '  const record =',
  },
  {
    name: 'the directory of a replaced record is not synced',
    file: 'src/storage/record.ts',
    find: '  await syncPath(fs, backup);\n',
    replace: '',
  },
  {
    name: 'a batch syncs directories before files',
    file: 'src/storage/batch.ts',
    find: 'of [this.files, this.directories]) {',
    replace: 'of [this.directories, this.files]) {',
  },
  {
    name: 'no sync after the flip',
    file: 'src/storage/finish.ts',
    find: '    await pointCurrent(fs, root, backup.name);\n    await syncPath(fs, root);\n',
    replace: '    await pointCurrent(fs, root, backup.name);\n',
  },
  {
    name: 'no sync before the marker of a damaged backup that was put aside goes',
    file: 'src/storage/recover.ts',
    find: '  await syncPath(fs, root);\n  await dropLinks(fs, root, FINISHING);',
    replace: '  await dropLinks(fs, root, FINISHING);',
  },
  {
    name: 'recovery does not sync a record that it sees',
    file: 'src/storage/recover.ts',
    find: '    await syncPath(fs, `${root}/${name}/${RECORD}`);\n',
    replace: '',
  },
  {
    name: 'the client is told before the marker is durable',
    file: 'src/storage/backup.ts',
    find: "  await syncPath(fs, root);\n  job.onPhase?.(made.name, 'shuffling', gathered.tally);\n  await job.onStored?.(made.name);\n",
    replace: '  await job.onStored?.(made.name);\n  await syncPath(fs, root);\n',
  },
  {
    name: 'the client is told before the marker is there',
    file: 'src/storage/backup.ts',
    find: '  await fs.rename(`${root}/${WORKING}`, `${root}/${FINISHING}`);\n',
    replace:
      '  await job.onStored?.(made.name);\n  await fs.rename(`${root}/${WORKING}`, `${root}/${FINISHING}`);\n',
  },
  {
    name: 'a deletion is answered before it is done',
    file: 'src/storage/remove.ts',
    find: '  await emptyTrash(fs, root, job.syncs);',
    replace: '  void emptyTrash(fs, root, job.syncs);',
  },
  {
    name: 'an account is written before its data is durable',
    file: 'src/storage/progress.ts',
    find: '    await batch.end();\n    if (this.waiting.length > 0) {',
    replace: '    if (this.waiting.length > 0) {',
  },
  {
    name: 'a current that was turned back is not durable before the newest backup goes',
    file: 'src/storage/remove.ts',
    find: '    await pointCurrent(fs, root, older);\n    await syncPath(fs, root);\n',
    replace: '    await pointCurrent(fs, root, older);\n',
  },
  {
    name: 'that current is gone is not made durable on its own',
    file: 'src/storage/remove.ts',
    find: '    await fs.unlink(`${root}/${CURRENT}`);\n    await syncPath(fs, root);\n',
    replace: '    await fs.unlink(`${root}/${CURRENT}`);\n',
  },
  {
    name: 'a file that recovery finds in its place is not synced',
    file: 'src/storage/shuffle.ts',
    find: '    batch.wrote(target);\n',
    replace: '',
  },
  {
    name: 'a reverse delta that is found is not made durable',
    file: 'src/storage/sweep.ts',
    find: '    batch.wrote(pair.reverse);\n',
    replace: '',
  },
  {
    name: 'an account that is found is not made durable',
    file: 'src/storage/progress.ts',
    find: '    batch.changed(directory);\n    await batch.end();\n    if (starts.length === 0)',
    replace: '    if (starts.length === 0)',
  },
  {
    name: 'a manifest that was put together is not synced',
    file: 'src/storage/burp/adopt.ts',
    find: '  await syncPath(fs, made);\n',
    replace: '',
  },
];
