import { loadClient } from '../config/client-config.ts';
import { clientNames } from '../config/client-names.ts';
import { ConfigError, type Findings } from '../config/config-error.ts';
import type { ServerConfig } from '../config/server-config.ts';
import { codeOf, reasonOf } from '../storage/errors.ts';
import { type Machine, type RunningBackups, openClientStore } from './configured-clients.ts';
import type { ServerLog } from './server-log.ts';

/** Reads all clients' files, for what is wrong with them. */
export async function checkClients(config: ServerConfig, findings: Findings): Promise<void> {
  for (const name of await clientNames(config)) {
    try {
      const loaded = await loadClient(config, name);
      findings.warnings.push(...(loaded?.warnings ?? []));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      findings.problems.push(...error.problems);
    }
  }
}

/** Finishes or undoes what was cut short, one client after another. What can't be done now is tried when it connects. */
export async function recoverAll(
  config: ServerConfig,
  machine: Machine,
  log: ServerLog,
  running: RunningBackups,
  isStopping: () => boolean,
): Promise<void> {
  for (const name of await clientNames(config)) {
    if (isStopping()) return;
    const about = log.about({ event: 'recovery', client: name });
    try {
      const loaded = await loadClient(config, name);
      running.recovering.add(name);
      if (loaded) await (await openClientStore(loaded.client, machine, about)).recover();
    } catch (error) {
      if (error instanceof ConfigError) for (const problem of error.problems) about.warn(problem);
      // Somebody is at work there already, and has recovered before.
      else if (codeOf(error) !== 'EBUSY')
        about.warn(`what was cut short can't be finished yet: ${reasonOf(error)}`);
    } finally {
      running.recovering.delete(name);
    }
  }
}
