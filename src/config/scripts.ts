import { flag, path, text } from './kinds.ts';
import { type Option, many, one } from './option.ts';
import type { Values } from './values.ts';

/** A script that is not set has no path. */
export interface ConfiguredScript {
  readonly path: string | undefined;
  readonly args: readonly string[];
}

/** Scripts around what a client asks for, in the order in which they run. */
export interface Scripts {
  readonly before: ConfiguredScript;
  readonly success: Notification;
  readonly failure: Notification;
  readonly after: ConfiguredScript & { readonly runsOnFailure: boolean };
}

export interface Notification extends ConfiguredScript {
  /** Only if there were warnings; only if a backup has new or changed files. */
  readonly warningsOnly: boolean;
  readonly changesOnly: boolean;
}

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
  one('notify_success_script', path, `run after a backup, restore or verify, ${TOLD}`),
  many('notify_success_arg', text, 'one more argument'),
  one('notify_success_warnings_only', flag, 'only if there were warnings', { default: '0' }),
  one('notify_success_changes_only', flag, 'of backups, only if there were new or changed files', {
    default: '0',
  }),
  one('notify_failure_script', path, `run after a backup, restore or verify that failed, ${TOLD}`),
  many('notify_failure_arg', text, 'one more argument'),
];

export function scriptsOf(values: Values): Scripts {
  const both = values.text('server_script');
  const script = (name: string): ConfiguredScript =>
    both === undefined
      ? { path: values.text(name), args: values.texts(`${name}_arg`) }
      : { path: both, args: values.texts('server_script_arg') };
  const told = (ending: string): ConfiguredScript => ({
    path: values.text(`notify_${ending}_script`),
    args: values.texts(`notify_${ending}_arg`),
  });
  return {
    before: script('server_script_pre'),
    success: {
      ...told('success'),
      warningsOnly: values.flag('notify_success_warnings_only'),
      changesOnly: values.flag('notify_success_changes_only'),
    },
    failure: { ...told('failure'), warningsOnly: false, changesOnly: false },
    after: { ...script('server_script_post'), runsOnFailure: values.flag('server_script_post_run_on_fail') },
  };
}
