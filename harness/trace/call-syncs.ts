import type { Handler, Step } from './step.ts';

function synced(kind: 'fsync' | 'fdatasync' | 'syncfs'): Handler {
  return ({ life, process, call, args, failed }: Step) => {
    const file = life.file(process, call, args[0]!);
    if (file && !failed) life.core[kind](file.fd);
  };
}

const sync: Handler = ({ life }) => life.core.sync();

/** sync_file_range is not among them: it promises nothing. */
export const SYNCS: Readonly<Record<string, Handler>> = {
  fsync: synced('fsync'),
  fdatasync: synced('fdatasync'),
  syncfs: synced('syncfs'),
  sync,
};
