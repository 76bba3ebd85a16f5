import { text } from './kinds.ts';
import { type Option, many, one, withSupport } from './option.ts';

/** There is nothing to do for these here. */
const NEEDLESS: readonly Option[] = withSupport('needless', [
  one('daemon', text, 'the server stays in the foreground: a service manager, or `&`, puts it elsewhere'),
  one('fork', text, 'one process serves all clients'),
  one('ca_burp_ca', text, 'certificates are signed by the server itself, not by a script'),
  one('ssl_dhfile', text, 'key exchange uses elliptic curves'),
  one('ssl_compression', text, 'TLS has no compression any more; files are compressed before they are sent'),
  one('max_storage_subdirs', text, "data are stored in the client's own directory tree"),
  one('dedup_group', text, 'it is an option of bedup'),
  one('progress_counter', text, 'the server prints none'),
  one('readall', text, "it is for clients that give up root's rights"),
  one('path_length_warn', text, 'long paths are stored like all others'),
  one('rblk_memory_max', text, 'it belongs to protocol 2, which no client of today speaks'),
  one('sparse_size_max', text, 'it belongs to protocol 2, which no client of today speaks'),
  one('monitor_browse_cache', text, 'there is no status server'),
  one('label', text, 'labels are shown by the status server only'),
]);

/** Not done; going on without is safe. */
const NO: readonly Option[] = withSupport('no', [
  many('listen_status', text, 'there is no status server'),
  many('max_status_children', text, 'there is no status server'),
  many('network_allow_status', text, 'there is no status server'),
  one('client_can_monitor', text, 'there is no status server', { harmless: ['1', '0'] }),
  one('autoupgrade_dir', text, 'clients are not upgraded'),
  one('directory_tree', text, 'data are always stored as a tree', { harmless: ['1'] }),
  one('timestamp_format', text, 'backups are always named in the default format, in UTC', {
    harmless: ['%Y-%m-%d %H:%M:%S %z'],
  }),
  one('timer_repeat_interval', text, 'the timer is asked once, when a backup begins', { harmless: ['0'] }),
  one(
    'server_can_restore',
    text,
    'it is an option of clients: the server may order a restore, and the client decides',
    { harmless: ['1', '0'] },
  ),
  one('notify_failure_on_backup_with_failovers_left', text, 'every failure is notified', { harmless: ['1'] }),
  one('notify_failure_on_backup_working_dir_deletion', text, 'it is in the log, and not notified', {
    harmless: ['0'],
  }),
  ...['server_script', 'server_script_pre', 'server_script_post'].map((name) =>
    one(`${name}_notify`, text, 'exit codes of scripts are in the log, and not notified', {
      harmless: ['0'],
    }),
  ),
]);

/** Not done, and to go on without would break what the option is there for. */
const NEVER: readonly Option[] = withSupport('never', [
  one('manual_delete', text, 'backups that are given up are deleted, not moved'),
  one('fail_on_warning', text, 'a backup with warnings is kept', { harmless: ['0'] }),
  one(
    'encryption_password',
    text,
    'only the client encrypts; on the server the password would protect nothing',
  ),
]);

/** Burp's options for clients: no mistake in a server's file, but they do nothing there. */
const FOR_CLIENTS = [
  'server server_failover failover_on_backup_error port port_backup port_restore port_verify port_list port_delete',
  'status_port cname randomise ca_csr_dir autoupgrade_os server_can_override_includes restoreprefix stripfrompath',
  'orig_client glob_after_script_pre backup backup2 browsedir browsefile restore_list seed_src seed_dst monitor_exe',
  'monitor_logfile backup_script backup_script_arg backup_script_pre backup_script_pre_arg backup_script_post',
  'backup_script_post_arg backup_script_post_run_on_fail backup_script_reserved_args restore_script',
  'restore_script_arg restore_script_pre restore_script_pre_arg restore_script_post restore_script_post_arg',
  'restore_script_post_run_on_fail restore_script_reserved_args send_client_cntr force_update_encryption',
].flatMap((names) => names.split(' '));

const CLIENTS_OWN = FOR_CLIENTS.map((name) => one(name, text, 'it is an option of clients'));

export const OTHER_OPTIONS: readonly Option[] = [
  ...NEEDLESS,
  ...NO,
  ...NEVER,
  ...withSupport('no', CLIENTS_OWN),
];
