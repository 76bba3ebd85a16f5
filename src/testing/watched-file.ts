import type { OpenFile } from '../ports/file-system.ts';

/** The same file, which says when it is closed. */
export function watched(file: OpenFile, onClose: () => void): OpenFile {
  return {
    read: (...args) => file.read(...args),
    write: (...args) => file.write(...args),
    stat: () => file.stat(),
    truncate: (length) => file.truncate(length),
    sync: () => file.sync(),
    datasync: () => file.datasync(),
    async close() {
      onClose();
      await file.close();
    },
  };
}
