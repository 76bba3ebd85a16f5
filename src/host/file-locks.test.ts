import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isAmong, isFileLocked } from './file-locks.ts';

const LIST = `1: POSIX  ADVISORY  WRITE 15106 fe:00:2351144 0 EOF
2: FLOCK  ADVISORY  WRITE 700 fe:00:77 0 EOF
3: POSIX  ADVISORY  READ 701 fe:00:78 0 EOF
3: -> POSIX  ADVISORY  WRITE 702 fe:00:79 0 EOF
4: OFDLCK ADVISORY  WRITE -1 103:02:80 0 EOF
`;

it.each<[string, bigint, bigint, string, boolean]>([
  ['is locked', 0xfe00n, 2351144n, '', true],
  ['is on another device', 0xfe01n, 2351144n, '', false],
  ['is on a device that the kernel lists otherwise, and names the holder', 0x2an, 2351144n, '15106', true],
  ['is another', 0xfe00n, 2351145n, '15106', false],
  ['is locked by flock(2), which is another matter', 0xfe00n, 77n, '', false],
  ['is only being read', 0xfe00n, 78n, '', false],
  ['is waited for', 0xfe00n, 79n, '', false],
  ['is on a device with a large number', 0x10302n, 80n, '', true],
])('a file that %s', (_, dev, ino, holder, isLocked) => {
  expect(isAmong(LIST, { dev, ino, holder })).toBe(isLocked);
});

/** Takes the lock as Burp does, says so, and waits for the end of its input. */
const HOLD =
  'open F,">>",$ARGV[0]; my $l=pack("ssx4qqi",F_WRLCK,0,0,0,0); fcntl(F,F_SETLK,$l) or die; $|=1; print "held\\n"; <STDIN>';
const reason =
  process.platform !== 'linux'
    ? 'only Linux lists locks'
    : spawnSync('perl', ['-v']).error && 'perl is not installed';

it.skipIf(reason)(
  `a lock is seen while its process holds it, and not when it has ended${reason ? ` (skipped: ${reason})` : ''}`,
  async () => {
    const place = await mkdtemp(join(tmpdir(), 'jiggle-locks-'));
    const path = join(place, 'lockfile');
    try {
      expect(await isFileLocked(path)).toBe(false);
      await writeFile(path, 'left over\n');
      expect(await isFileLocked(path)).toBe(false);
      const holder = spawn('perl', ['-MFcntl', '-e', HOLD, path], { stdio: ['pipe', 'pipe', 'inherit'] });
      expect(String(await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')]))).toBe('held\n');
      expect(await isFileLocked(path)).toBe(true);
      holder.stdin.end();
      await once(holder, 'exit');
      expect(await isFileLocked(path)).toBe(false);
    } finally {
      await rm(place, { recursive: true });
    }
  },
);
