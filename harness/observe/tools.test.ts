import { describe, expect, it } from 'vitest';
import { run, ToolError, whatIsMissing } from './tools.ts';

describe('a tool', () => {
  it('that is missing is named, with the package that has it', () => {
    const nothing = (): boolean => false;
    expect(whatIsMissing('btrfs', '', nothing)).toBe(
      "mount, umount, sync, unshare, setpriv, mkfs.btrfs and xfs_io can't be found; on Debian: apt install mount coreutils util-linux btrfs-progs xfsprogs",
    );
    const butOne = (file: string): boolean => !file.endsWith('/mkfs.xfs');
    expect(whatIsMissing('xfs', '/bin', butOne)).toBe(
      "mkfs.xfs can't be found; on Debian: apt install xfsprogs",
    );
    expect(whatIsMissing('ext4', '/bin', butOne)).toBeUndefined();
  });

  it('is not enough without the devices', () => {
    const noFuse = (file: string): boolean => file !== '/dev/fuse';
    expect(whatIsMissing('ext4', '/bin', noFuse)).toMatch(/^\/dev\/fuse can't be opened/);
  });

  it('that fails is told with what it said', () => {
    expect(() => run('ls', ['/nowhere/at/all'])).toThrow(ToolError);
    expect(() => run('ls', ['/nowhere/at/all'])).toThrow(/^ls \/nowhere\/at\/all: .*No such file/);
    expect(() => run('true', [])).not.toThrow();
  });
});
