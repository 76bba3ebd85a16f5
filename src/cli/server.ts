import type { Command } from 'commander';
import type { ServerConfig } from '../config/server-config.ts';
import type { Streams } from '../daemon/server-log.ts';
import { keepHeapSmall, startFast } from '../host/memory.ts';
import { systemScratch } from '../host/scratch.ts';
import { systemFiles } from '../host/system-files.ts';
import { systemClock, systemHost } from '../host/system.ts';
import { DONE } from './exit-codes.ts';
import { endOnMistakes } from './mistakes.ts';
import { outliveReaders } from './output.ts';

interface ServerFlags {
  readonly config: string;
  readonly check?: boolean;
  readonly log?: string;
}

/** `jiggle server`. */
export function addServer(jiggle: Command): void {
  jiggle
    .command('server')
    .description('serve Burp clients, as a Burp configuration says')
    .requiredOption('-c, --config <file>', 'the configuration, in the format of burp-server.conf')
    .option('--check', 'say what is wrong with the configuration, and end')
    .option('--log <file>', 'append what happens to a file, as one JSON object per line')
    .addHelpText('after', SIGNALS)
    .action(serverCommand);
}

const SIGNALS = `
Signals:
  TERM, INT  stop: connections are cut as by a broken network; what was promised to clients is kept
  HUP        read the configuration again, and open the log file again`;

async function serverCommand({ config: file, check, log: path }: ServerFlags): Promise<void> {
  keepHeapSmall();
  startFast();
  // Certificates take a while to load, and no other command needs them.
  const { checkClients } = await import('../daemon/recover-all.ts');
  const { Daemon } = await import('../daemon/daemon.ts');
  const { prepare } = await import('../daemon/ready.ts');
  const { Findings } = await import('../config/config-error.ts');
  const { ServerLog } = await import('../daemon/server-log.ts');
  const { makeFirstAuthority } = await import('../daemon/first-start.ts');
  const made = check ? undefined : await makeFirstAuthority(file, systemClock);
  const machine = { fs: systemFiles, clock: systemClock, host: systemHost, scratch: systemScratch };
  const ready = await prepare(file, machine);
  const findings = new Findings();
  findings.warnings.push(...ready.warnings);
  await checkClients(ready.config, findings);
  for (const warning of findings.warnings) console.error(`WARNING: ${warning}`);
  if (check) {
    findings.check();
    console.log(`${file}: understood`);
    process.exitCode = DONE;
    return;
  }
  // A client's mistake is that client's problem, and must not keep the others from their backups.
  for (const problem of findings.problems) console.error(`WARNING: ${problem}`);
  const log = new ServerLog(systemClock, streamsOf(ready.config), path);
  endOnMistakes(log);
  if (made !== undefined) log.info(made, { event: 'start' });
  const daemon = await Daemon.start(ready, machine, log);
  log.info(`listening on ${daemon.addresses.join(', ')}`, { event: 'start' });
  await stopped(daemon);
  log.info('stopped', { event: 'stop' });
  process.exitCode = DONE;
}

/** Where lines for people go. A reader that has gone must not end the server. */
function streamsOf({ stdout, syslog }: ServerConfig): Streams {
  outliveReaders();
  const toErr = (line: string): void => console.error(line);
  if (stdout) return { out: (line) => console.log(line), err: toErr };
  return syslog ? { out: toErr, err: toErr } : { out: undefined, err: undefined };
}

/** Waits for the signal to stop. A second one ends the process at once. */
function stopped(daemon: { stop(): Promise<void>; reload(): Promise<void> }): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      daemon.stop().then(resolve, reject);
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
    process.on('SIGHUP', () => void daemon.reload());
  });
}
