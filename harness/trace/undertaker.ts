import { spawn, type ChildProcess } from 'node:child_process';

/**
 * Ends what a tester leaves running that is gone itself: killed, or a thread that was ended in the middle of a life. It
 * is a process of its own, is told of each group of processes that begins or ends, and acts when nobody is there any more
 * who could tell it something. A recorder's programs are found by who records them, also where they have left their group.
 */
const SCRIPT = String.raw`
alive=" "
while read -r sign group; do
  case $sign in
    +) alive="$alive$group " ;;
    -) alive="${'${alive%% $group *} ${alive#* $group }'}" ;;
  esac
done
for group in $alive; do
  left=$(grep -lE "^TracerPid:[[:space:]]+$group\$" /proc/[0-9]*/status 2>/dev/null)
  kill -KILL -"$group" 2>/dev/null
  for path in $left; do path=${'${path#/proc/}'}; kill -KILL "${'${path%/status}'}" 2>/dev/null; done
done
`;

let undertaker: ChildProcess | undefined;

/** One that is told `+ group` and `- group`, a line each, and acts when its input ends. */
export function startUndertaker(): ChildProcess {
  const started = spawn('sh', ['-c', SCRIPT], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  // Without it a tester does its work all the same, as long as it lives.
  started.once('error', () => {});
  started.stdin.on('error', () => {});
  started.unref();
  (started.stdin as unknown as { unref?: () => void }).unref?.();
  return started;
}

function tell(sign: '+' | '-', group: number): void {
  undertaker ??= startUndertaker();
  undertaker.stdin!.write(`${sign} ${group}\n`);
}

/** A group of processes has begun, whose number is that of its first. @returns to be called when it has ended */
export function watchedOver(group: number): () => void {
  tell('+', group);
  return () => tell('-', group);
}
