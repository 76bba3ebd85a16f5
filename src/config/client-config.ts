import { join, resolve } from 'node:path';
import { codeOf } from '../storage/errors.ts';
import { DEFAULT_SETTINGS, type Settings } from '../storage/settings.ts';
import { allowedAddresses } from './address-list.ts';
import { SMALLEST_DELTA } from './client-options.ts';
import { Findings } from './config-error.ts';
import { includeLines, warnOfStrayIncludes } from './includes.ts';
import { type Scripts, scriptsOf } from './scripts.ts';
import { checkKeep, keepWindows } from './keep.ts';
import { weaknessOf } from './kinds.ts';
import { type Setting, readSettings } from './read-settings.ts';
import type { ServerConfig } from './server-config.ts';
import { Values } from './values.ts';

/** What holds for one client: its file in clientconfdir, over the server's. */
export interface ClientFile {
  readonly name: string;
  readonly directory: string;
  /** The file that Burp's programs lock while they are at work on the client. */
  readonly burpsLock: string;
  readonly settings: Settings;
  readonly password: string | undefined;
  readonly passwd: string | undefined;
  readonly checksPassword: boolean;
  readonly enabled: boolean;
  readonly certificateName: string;
  readonly warnsOfVersion: boolean;
  readonly can: Readonly<Record<ClientAction, boolean>>;
  readonly restoreClients: readonly string[];
  readonly superClients: readonly string[];
  /** Bytes; 0 for no limit. */
  readonly hardQuota: number;
  readonly softQuota: number;
  /** How many clients may be backed up at once; 0 for no limit. */
  readonly maxParallelBackups: number;
  readonly timerScript: string | undefined;
  readonly timerArgs: readonly string[];
  /** Milliseconds after which a timed backup is asked again; 0 for never. */
  readonly timerRepeat: number;
  readonly includes: readonly string[];
  readonly scripts: Scripts;
  /** Words for the status monitor. */
  readonly labels: readonly string[];
  allowsAddress(address: string): boolean;
  /** Who may come as this client to look. */
  allowsStatusAddress(address: string): boolean;
}

export type ClientAction = 'delete' | 'diff' | 'forceBackup' | 'list' | 'restore' | 'verify' | 'monitor';

const PERMISSIONS: readonly (readonly [ClientAction, string])[] = [
  ['delete', 'client_can_delete'],
  ['diff', 'client_can_diff'],
  ['forceBackup', 'client_can_force_backup'],
  ['list', 'client_can_list'],
  ['monitor', 'client_can_monitor'],
  ['restore', 'client_can_restore'],
  ['verify', 'client_can_verify'],
];

export interface LoadedClient {
  readonly client: ClientFile;
  readonly warnings: readonly string[];
}

/**
 * Reads a client's file. Undefined if there is no such client; throws ConfigError with a line for each mistake. The
 * name must have been checked to be one plain component of a path.
 */
export async function loadClient(server: ServerConfig, name: string): Promise<LoadedClient | undefined> {
  const file = join(server.clientconfdir, name);
  const findings = new Findings();
  const settings = await settingsIn(file, findings);
  if (!settings) return undefined;
  const own = new Values(settings, 'client', findings);
  warnOfStrayIncludes(own, findings);
  findings.check();
  const client = build(name, own.over(server.values), file, findings);
  findings.check();
  return { client, warnings: findings.warnings };
}

async function settingsIn(file: string, findings: Findings): Promise<Setting[] | undefined> {
  try {
    return await readSettings(file, findings);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}

function build(name: string, values: Values, file: string, findings: Findings): ClientFile {
  checkKeep(values, file, findings);
  const directory = resolve(values.text('directory') ?? '');
  const passwd = values.text('passwd');
  const weakness = passwd === undefined ? undefined : weaknessOf(passwd);
  if (weakness !== undefined) findings.warning(`passwd: ${weakness}`, values.at('passwd'));
  return {
    name,
    directory,
    burpsLock: join(resolve(values.text('client_lockdir') ?? directory), name, 'lockfile'),
    settings: settingsOf(values),
    password: values.text('password'),
    passwd,
    checksPassword: values.flag('password_check'),
    enabled: values.flag('enabled'),
    certificateName: values.text('ssl_peer_cn') ?? name,
    warnsOfVersion: values.flag('version_warn'),
    can: permissions(values),
    restoreClients: values.texts('restore_client'),
    superClients: values.texts('super_client'),
    hardQuota: values.number('hard_quota'),
    softQuota: values.number('soft_quota'),
    maxParallelBackups: values.number('max_parallel_backups'),
    timerScript: values.text('timer_script'),
    timerArgs: values.texts('timer_arg'),
    timerRepeat: values.number('timer_repeat_interval') * 60_000,
    includes: includeLines(values),
    scripts: scriptsOf(values),
    labels: values.texts('label'),
    allowsAddress: allowedAddresses(values, 'network_allow', findings),
    allowsStatusAddress: allowedAddresses(values, 'network_allow_status', findings),
  };
}

function permissions(values: Values): Record<ClientAction, boolean> {
  const granted = PERMISSIONS.map(([action, option]) => [action, values.flag(option)] as const);
  return Object.fromEntries(granted) as Record<ClientAction, boolean>;
}

function settingsOf(values: Values): Settings {
  return {
    ...DEFAULT_SETTINGS,
    compression: values.number('compression'),
    hardlinkedArchive: values.flag('hardlinked_archive'),
    keep: keepWindows(values),
    recovery: values.text('working_dir_recovery_method') === 'resume' ? 'resume' : 'delete',
    maxResumeAttempts: values.number('max_resume_attempts'),
    librsync: values.flag('librsync'),
    librsyncMaxSize: values.number('librsync_max_size'),
    smallestDelta: SMALLEST_DELTA,
    maxHardlinks: values.number('max_hardlinks'),
    failOnWarning: values.flag('fail_on_warning'),
    manualDelete: values.text('manual_delete'),
    timestampFormat: values.text('timestamp_format') ?? DEFAULT_SETTINGS.timestampFormat,
  };
}
