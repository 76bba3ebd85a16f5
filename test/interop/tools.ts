import { spawnSync } from 'node:child_process';

/** Why the real Burp can't be driven here, or undefined if it can. */
export function whyNoBurp(): string | undefined {
  const version = spawnSync('burp', ['-V'], { encoding: 'utf8' });
  if (version.error) return 'Debian\'s package "burp" is not installed';
  const text = version.stdout.trim();
  if (!text.endsWith('-3.1.4')) return `${text} is installed, what is known is burp-3.1.4`;
  return spawnSync('openssl', ['version']).error ? 'openssl is not installed' : undefined;
}

/** Why processes can't be killed at a chosen system call here, or undefined if they can. */
export function whyNoStrace(): string | undefined {
  const tried = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']);
  if (tried.error) return 'strace is not installed';
  return tried.status === 0 ? undefined : 'strace may not trace processes here';
}

/** A title that says why it is skipped, if it is. */
export function titled(title: string, reason: string | undefined): string {
  return reason === undefined ? title : `${title} (skipped: ${reason})`;
}
