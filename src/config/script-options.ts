import { flag, path, text } from './kinds.ts';
import { type Option, many, one } from './option.ts';

const TOLD =
  'with the client, its directory, the directory of the backup, the name of the log there, `backup`, `restore` or `verify`, and the number of warnings';
const AROUND = 'the action, the client, 0 or 1 if it failed, and 1 if a timed backup is not due';

export const SCRIPT_OPTIONS: readonly Option[] = [
  one(
    'server_script_pre',
    path,
    `run before anything is done, with \`pre\`, ${AROUND}; any exit code but 0 forbids it`,
  ),
  many('server_script_pre_arg', text, 'one more argument'),
  one('server_script_post', path, `run when all is done, with \`post\`, ${AROUND}`),
  many('server_script_post_arg', text, 'one more argument'),
  one('server_script_post_run_on_fail', flag, 'run `server_script_post` also if what was asked for failed', {
    default: '0',
  }),
  one('server_script', path, 'run before and after, in place of the two others'),
  many('server_script_arg', text, 'one more argument, in place of those of the two others'),
  ...['server_script', 'server_script_pre', 'server_script_post'].map((name) =>
    one(
      `${name}_notify`,
      flag,
      `run \`notify_failure_script\` if \`${name}\` fails, with the client, an empty text, what the script printed, and three more empty texts`,
      { default: '0' },
    ),
  ),
  one('notify_success_script', path, `run after a backup, restore or verify, ${TOLD}`),
  many('notify_success_arg', text, 'one more argument'),
  one('notify_success_warnings_only', flag, 'only if there were warnings', { default: '0' }),
  one('notify_success_changes_only', flag, 'of backups, only if there were new or changed files', {
    default: '0',
  }),
  one('notify_failure_script', path, `run after a backup, restore or verify that failed, ${TOLD}`),
  many('notify_failure_arg', text, 'one more argument'),
  one(
    'notify_failure_on_backup_with_failovers_left',
    flag,
    'of backups that fail, also for a client that has other servers left to try (`server_failover`)',
    { default: '1' },
  ),
  one(
    'notify_failure_on_backup_working_dir_deletion',
    flag,
    'also when a backup that was cut short is removed instead of gone on with, just before that',
    { default: '0' },
  ),
];
