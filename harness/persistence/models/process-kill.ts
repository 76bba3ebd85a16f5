import type { PersistenceModel } from '../model.ts';
import { splitByOp } from '../rules.ts';

/**
 * What `kill -9` leaves: the kernel lives on and the page cache with it, so nothing is lost. Not a power cut; it
 * shows which bugs need none.
 */
export const processKill: PersistenceModel = {
  name: 'process-kill',
  summary: 'nothing is lost: the process dies, the machine stays up',
  source: 'signal(7): the page cache belongs to the kernel and outlives the process',
  rules: ['Every op is durable as soon as it has returned.'],
  neverTears: true,
  independent: true,
  start: () => ({
    split: splitByOp,
    precedes: () => [],
    syncs: (_op, pending) => pending,
    memory: () => '',
  }),
};
