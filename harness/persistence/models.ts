import { alice } from './models/alice.ts';
import type { PersistenceModel } from './model.ts';
import { posix } from './models/posix.ts';
import { processKill } from './models/process-kill.ts';
import { sequential } from './models/sequential.ts';

/** All models by name, from the strongest disk to the weakest. */
export const models: readonly PersistenceModel[] = [processKill, sequential, posix, alice];

export function findModel(name: string): PersistenceModel | undefined {
  return models.find((model) => model.name === name);
}
