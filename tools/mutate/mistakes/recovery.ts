import type { Mistake } from './mistake.ts';

/** A branch of recovery is left out, or goes wrong. */
export const RECOVERY: readonly Mistake[] = [
  {
    name: 'a finishing that leads nowhere stays',
    file: 'src/storage/recover.ts',
    find: 'if (!state.directories.includes(name)) return dropLinks(fs, root, FINISHING);',
    replace: 'if (!state.directories.includes(name)) return;',
  },
  {
    name: 'a damaged backup that was received is not put aside',
    file: 'src/storage/recover.ts',
    find: '  await fs.rename(`${root}/${name}`, `${root}/${DAMAGED_PREFIX}${name}`);\n',
    replace: '',
  },
  {
    name: 'current is turned to a backup whose manifest nobody has read',
    file: 'src/storage/recover.ts',
    find: 'if (await readIfSound(job, name)) return name;',
    replace: 'return name;',
  },
  {
    name: 'an unfinished backup is listed and counted',
    file: 'src/storage/state.ts',
    find: 'name !== state.working && name !== unfinished',
    replace: 'name !== state.working',
  },
  {
    name: 'a backup in progress is listed and counted',
    file: 'src/storage/state.ts',
    find: 'name !== state.working && name !== unfinished',
    replace: 'name !== unfinished',
  },
  {
    name: 'a reverse delta is not tried',
    file: 'src/storage/sweep.ts',
    find: '  if (await rebuilds(job, pair)) return true;\n  // Read back',
    replace: '  return true;\n  // Read back',
  },
  {
    name: 'a manifest is not compared with the record',
    file: 'src/storage/finish.ts',
    find: "readEntriesFile(job.fs, path, 'manifest', record?.manifests)",
    replace: "readEntriesFile(job.fs, path, 'manifest')",
  },
  {
    name: 'the torn end of an account stays in the middle',
    file: 'src/storage/progress.ts',
    find: '    if (length < size) await cutOff(job, path, length);\n',
    replace: '',
  },
  {
    name: 'what nobody vouches for stays',
    file: 'src/storage/progress.ts',
    find: '    if (!found) await this.removeLeftovers(entry);\n',
    replace: '',
  },
  {
    name: 'a backup is gone on with though the client includes other files',
    file: 'src/storage/recover.ts',
    find: '    if (!text || Buffer.compare(text, job.incexc) !== 0) return false;\n',
    replace: '',
  },
  {
    name: 'max_resume_attempts is ignored',
    file: 'src/storage/recover.ts',
    find: '    if ((attempts?.size ?? 0) >= settings.maxResumeAttempts) return false;\n',
    replace: '',
  },
  {
    name: 'a received backup is left to be resumed',
    file: 'src/storage/recover.ts',
    find: '  if (await readRecord(job.fs, `${job.root}/${name}`)) return false;\n',
    replace: '',
  },
  {
    name: 'leftovers are truncated and written through',
    file: 'src/storage/durable.ts',
    find: "    return await fs.open(path, 'wx', FILE_MODE);\n  } catch",
    replace: "    return await fs.open(path, 'w', FILE_MODE);\n  } catch",
  },
  {
    name: 'a name that is taken already is fatal to a link',
    file: 'src/storage/shuffle.ts',
    find: "    if (codeOf(error) !== 'EEXIST') throw error;\n    await fs.unlink(target);",
    replace: '    throw error;\n    await fs.unlink(target);',
  },
  {
    name: 'whatever has the name counts as linked',
    file: 'src/storage/shuffle.ts',
    find: "    if (codeOf(error) !== 'EEXIST') throw error;\n    await fs.unlink(target);",
    replace: "    if (codeOf(error) === 'EEXIST') return;\n    await fs.unlink(target);",
  },
  {
    name: 'a current.tmp that is left over is used as it is',
    file: 'src/storage/links.ts',
    find: '    await fs.unlink(temporary);\n    await fs.symlink(name, temporary);\n',
    replace: '',
  },
  {
    name: 'the removal of what is not there is fatal',
    file: 'src/storage/tree.ts',
    find: '  const stat = await ifThere(fs.lstat(path));\n  if (!stat) return;\n',
    replace: '  const stat = await fs.lstat(path);\n',
  },
  {
    name: 'temporary files stay',
    file: 'src/storage/finish.ts',
    find: '    `${RECORD}.tmp`,\n    `${LOG}.tmp`,\n',
    replace: '',
  },
  {
    name: 'nobody knows manifest.gz.tmp',
    file: 'src/storage/finish.ts',
    find: '    `${MANIFEST}.tmp`,\n',
    replace: '',
  },
  {
    name: 'one part of a manifest counts as both',
    file: 'src/storage/burp/adopt.ts',
    find: '!((await has(PROGRESS)) && (await has(UNCHANGED)))',
    replace: '!((await has(PROGRESS)) || (await has(UNCHANGED)))',
    equivalent: "a list that is not there can't be read either, so nothing is made of the other one",
  },
  {
    name: "a file of Burp's that was emptied is linked into the new backup",
    file: 'src/storage/old-data.ts',
    find: 'return backup.isJiggles || (await looksWhole(fs, path, stat.size, entry.end!.size)) ? stat : undefined;',
    replace: 'return stat;',
  },
  {
    name: "and phase 4 does not look whether Burp's file is whole",
    file: 'src/storage/shuffle.ts',
    find: 'if (!wasSeen && !previous.isJiggles && !(await seemsWhole(job.fs, previous, old)))',
    replace: 'if (false)',
  },
];
