import type { PersistenceModel } from '../model.ts';

/**
 * A drive that says it has flushed its cache, and has not. The file system keeps its order, as far as it has one; but
 * a cut may take the disk back to any moment of the life. On real hardware even the order goes, and with it the file
 * system: names can't be read, mounts are refused. No program can keep a promise on such a drive.
 */
export function withLyingDrive(model: PersistenceModel): PersistenceModel {
  return {
    ...model,
    name: `${model.name}+lying`,
    summary: `${model.summary}; the drive lies about flushes`,
    source: `${model.source}; for the drive: Zheng et al., FAST 2013; crash images of a disk that ignores flushes`,
    hopeless:
      'nothing that was synced is surely there, so nothing that anybody was told can be kept: whatever a program does, a cut may take back what it acknowledged',
    rules: [...model.rules, 'A sync of any kind returns, and makes nothing durable.'],
    start(boot) {
      const machine = model.start(boot);
      return {
        split: (op, pending) => machine.split(op, pending),
        precedes: (effect, earlier) => machine.precedes(effect, earlier),
        excludes: (effect, earlier) => machine.excludes?.(effect, earlier) ?? [],
        syncs: () => [],
        fails: (op, pending) => machine.fails?.(op, pending) ?? [],
        ...(machine.memory && { memory: (standing) => machine.memory!(standing) }),
      };
    },
  };
}
