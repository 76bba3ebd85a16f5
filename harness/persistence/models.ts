import { alice } from './alice.ts';
import type { PersistenceModel } from './model.ts';
import { posix } from './posix.ts';
import { processKill } from './process-kill.ts';
import { sequential } from './sequential.ts';

/** All models by name, from the strongest disk to the weakest. */
export const models: readonly PersistenceModel[] = [processKill, sequential, posix, alice];

export function findModel(name: string): PersistenceModel | undefined {
  return models.find((model) => model.name === name);
}
