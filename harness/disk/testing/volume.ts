import type { Core } from '../core/core.ts';
import { createVolume, type DiskVolume } from '../volume/volume.ts';

/** A volume whose turns are those of the machine's own event loop. */
export function createTestVolume(core: Core): DiskVolume {
  return createVolume(core, { defer: (task) => void setImmediate(task) });
}
