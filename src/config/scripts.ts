import type { Values } from './values.ts';

/** A script that is not set has no path. */
export interface ConfiguredScript {
  readonly path: string | undefined;
  readonly args: readonly string[];
}

/** Scripts around what a client asks for, in the order in which they run. */
export interface Scripts {
  readonly before: Around;
  readonly success: Notification;
  readonly failure: FailureNotification;
  readonly after: Around & { readonly runsOnFailure: boolean };
}

/** A script around the work: if it fails, that may be notified as a failure. */
export interface Around extends ConfiguredScript {
  readonly isNotified: boolean;
}

export interface Notification extends ConfiguredScript {
  /** Only if there were warnings; only if a backup has new or changed files. */
  readonly warningsOnly: boolean;
  readonly changesOnly: boolean;
}

export interface FailureNotification extends Notification {
  /** Also for a client that has other servers left to go to. */
  readonly withFailoversLeft: boolean;
  /** Also when a backup that was cut short is removed instead of gone on with. */
  readonly ofDropped: boolean;
}

export function scriptsOf(values: Values): Scripts {
  const both = values.text('server_script');
  const script = (name: string): ConfiguredScript =>
    both === undefined
      ? { path: values.text(name), args: values.texts(`${name}_arg`) }
      : { path: both, args: values.texts('server_script_arg') };
  const around = (name: string): Around => ({
    ...script(name),
    isNotified: values.flag('server_script_notify') || values.flag(`${name}_notify`),
  });
  const told = (ending: string): ConfiguredScript => ({
    path: values.text(`notify_${ending}_script`),
    args: values.texts(`notify_${ending}_arg`),
  });
  return {
    before: around('server_script_pre'),
    success: {
      ...told('success'),
      warningsOnly: values.flag('notify_success_warnings_only'),
      changesOnly: values.flag('notify_success_changes_only'),
    },
    failure: {
      ...told('failure'),
      warningsOnly: false,
      changesOnly: false,
      withFailoversLeft: values.flag('notify_failure_on_backup_with_failovers_left'),
      ofDropped: values.flag('notify_failure_on_backup_working_dir_deletion'),
    },
    after: { ...around('server_script_post'), runsOnFailure: values.flag('server_script_post_run_on_fail') },
  };
}
