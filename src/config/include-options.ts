import { flag, path, size, text, whole } from './kinds.ts';
import { type Option, many, one } from './option.ts';

/**
 * What to back up, for clients whose file has an `include` or `include_glob`: then all of these are sent to the client
 * and replace its own. In the order in which Burp sends them; lists sorted like paths but for `read_fifo` and
 * `read_blockdev`, and what has a default also if nobody set it.
 */
export const INCLUDE_OPTIONS: readonly Option[] = [
  many('include', path, 'a path to back up'),
  many('exclude', path, 'a path to leave out'),
  many('cross_filesystem', path, 'a mount point to go into'),
  many('nobackup', text, 'a file name; directories that hold such a file are left out'),
  many('include_ext', text, 'only files with this extension'),
  many('exclude_ext', text, 'no files with this extension'),
  many('include_regex', text, 'only paths that match'),
  many('exclude_regex', text, 'no paths that match'),
  many('include_logic', text, 'only what this expression takes'),
  many('exclude_logic', text, 'nothing that this expression takes'),
  many('exclude_fs', text, 'no file systems of this type'),
  many('include_fs', text, 'only file systems of this type'),
  many('exclude_comp', text, 'files with this extension are not compressed'),
  many('include_glob', text, 'paths to back up, with wildcards'),
  one('cross_all_filesystems', flag, 'go into all mount points', { default: '0' }),
  one('read_all_fifos', flag, 'back up what comes out of fifos', { default: '0' }),
  many('read_fifo', path, 'back up what comes out of this fifo'),
  one('read_all_blockdevs', flag, 'back up the content of block devices', { default: '0' }),
  many('read_blockdev', path, 'back up the content of this block device'),
  one('min_file_size', size, 'no smaller files', { default: '0' }),
  one('max_file_size', size, 'no larger files; 0 for no limit', { default: '0' }),
  one('split_vss', flag, 'Windows: keep VSS data apart', { default: '0' }),
  one('strip_vss', flag, 'Windows: leave VSS data out', { default: '0' }),
  one('vss_drives', text, 'Windows: drives to make VSS copies of'),
  one('remote_drives', text, 'Windows: drives that are remote'),
  one('acl', flag, 'back up ACLs', { default: '1' }),
  one('xattr', flag, 'back up extended attributes', { default: '1' }),
  one('atime', flag, 'leave access times as they were', { default: '0' }),
  one('scan_problem_raises_error', flag, 'a problem in the scan is the end of the backup', { default: '0' }),
  one('overwrite', flag, 'restores replace what is there', { default: '0' }),
  one('strip', whole, 'restores leave out so many components of paths', { default: '0' }),
  one('regex', text, 'restores take only paths that match'),
  one('regex_case_insensitive', flag, 'in any case', { default: '0' }),
].map((option) => ({ ...option, place: 'client' as const }));
