import { text } from './kinds.ts';
import { type Option, one, withSupport } from './option.ts';

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
  one('monitor_browse_cache', text, 'nothing has to be read twice for an answer'),
]);

/** Not done; going on without is safe. */
const NO: readonly Option[] = withSupport('no', [
  one('directory_tree', text, 'data are always stored as a tree', { harmless: ['1'] }),
  one(
    'server_can_restore',
    text,
    'it is an option of clients: the server may order a restore, and the client decides',
    { harmless: ['1', '0'] },
  ),
]);

/** Not done, and to go on without would break what the option is there for. */
const NEVER: readonly Option[] = withSupport('never', [
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
