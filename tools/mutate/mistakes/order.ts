import type { Mistake } from './mistake.ts';

/** Steps in another order, decisions that are made again, and retention. */
export const ORDER: readonly Mistake[] = [
  {
    name: 'what is left is cleaned up before the previous backup is taken apart',
    file: 'src/storage/finish.ts',
    find: '  const { previous } = job;\n',
    replace: '  await clean(job);\n  const { previous } = job;\n',
  },
  {
    name: 'the previous backup is taken apart before the flip',
    file: 'src/storage/finish.ts',
    find: '    await pointCurrent(fs, root, backup.name);\n',
    replace: `    if (job.previous) await sweep({ ...job, backup, previous: job.previous, arrivals, isResumed: true });\n    await pointCurrent(fs, root, backup.name);\n`,
  },
  {
    name: 'a backup that is finished by recovery goes by the settings instead of its record',
    file: 'src/storage/recover.ts',
    find: '    return finish({ ...job, ...received, previous,',
    replace:
      '    return finish({ ...job, ...received, record: { ...received.record, ...job.settings }, previous,',
  },
  {
    name: 'whether the previous backup is taken apart is decided from the new one',
    file: 'src/storage/finish.ts',
    find: '`${root}/${previous}/${HARDLINKED}`',
    replace: '`${backup.directory}/${HARDLINKED}`',
  },
  {
    name: 'whether it is an archive is decided again',
    file: 'src/storage/burp/adopt.ts',
    find: 'if (await ifThere(fs.lstat(mark))) {',
    replace: 'if (fs === undefined) {',
  },
  {
    name: 'an archive is decided by the setting alone',
    file: 'src/storage/seal.ts',
    find: 'if (decisions.hardlinked) await',
    replace: 'if (!decisions.hardlinked) await',
  },
  {
    name: 'a backup that can not be deleted goes from its window',
    file: 'src/storage/retention.ts',
    find: 'inside.slice(1).find((one) => one.isDeletable)',
    replace: 'inside[1]',
  },
  {
    name: 'the oldest goes although others depend on it',
    file: 'src/storage/retention.ts',
    find: 'if (tooOld?.isDeletable && tooOld !== newest)',
    replace: 'if (tooOld && tooOld !== newest)',
  },
  {
    name: 'old backups go before the new one is there',
    file: 'src/server/store.ts',
    find: '      const { fs, log, root, settings } = this;\n      const { clock, directory } = this.options;\n',
    replace:
      '      await this.thinOut();\n      const { fs, log, root, settings } = this;\n      const { clock, directory } = this.options;\n',
  },
  {
    name: 'one backup more is kept',
    file: 'src/storage/retention.ts',
    find: 'ageOf(backup) > limit)',
    replace: 'ageOf(backup) > limit + 1)',
  },
];
