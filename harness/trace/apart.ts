import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { searchPath } from './environment.ts';
import { real } from './real-time.ts';
import { run } from './running.ts';

/** Namespaces in which a folder lies where another one does, with a network of their own. */
export interface Apart {
  /** The words to put before a command that is to run there. */
  readonly enter: readonly string[];
  leave(): void;
}

/** A kernel that can't do it within so many milliseconds does not do it at all. */
const PATIENCE = 5000;

/** Stays as long as its input does, so that nothing is left of it when the tester is gone. */
const KEEP = String.raw`
mount --bind "$1" "$2" || exit 1
ip link set lo up 2> /dev/null ||
  perl -MSocket -e 'socket(S, AF_INET, SOCK_DGRAM, 0); ioctl(S, 0x8914, pack("a16s", "lo", 1)) or die'
[ $? -eq 0 ] && echo ready && exec cat > /dev/null
`;

/**
 * Makes a place of its own for a folder, in which programs find it where `as` is, and can listen on any port without
 * being in the way of others. Root needs no more rights for it than root has; others get it where users may have
 * namespaces.
 *
 * @returns undefined where this machine does not allow it, or where programs would see more of it than that
 */
export async function apart(place: string, as: string): Promise<Apart | undefined> {
  const uid = process.getuid!();
  const gid = process.getgid!();
  const isRoot = uid === 0;
  const words = ['unshare', ...(isRoot ? [] : ['-U', '-r']), '-m', '-n', 'sh', '-c', KEEP, 'sh', place, as];
  const keeper = spawn(words[0]!, words.slice(1), {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: searchPath() },
  });
  const leave = (): void => {
    keeper.stdin.destroy();
    keeper.kill('SIGKILL');
  };
  if (!(await isReady(keeper))) {
    leave();
    return undefined;
  }
  const namespaces = [...(isRoot ? [] : ['-U', '--preserve-credentials']), '-m', '-n'];
  const same = isRoot ? [] : ['unshare', '-U', `--map-user=${uid}`, `--map-group=${gid}`, '--'];
  const there = ['sh', '-c', 'cd "$0" && exec "$@"', as];
  const enter = ['nsenter', '-t', String(keeper.pid), ...namespaces, '--', ...same, ...there];
  if (await holds(enter, place, as)) return { enter, leave };
  leave();
  return undefined;
}

async function isReady(keeper: ChildProcess): Promise<boolean> {
  const said = await new Promise<boolean>((resolve) => {
    const callOff = real.after(PATIENCE, () => resolve(false));
    const end = (is: boolean): void => {
      callOff();
      resolve(is);
    };
    keeper.stdin!.on('error', () => {});
    keeper.once('error', () => end(false));
    keeper.once('exit', () => end(false));
    keeper.stdout!.once('data', () => end(true));
  });
  keeper.stdout!.destroy();
  keeper.unref();
  (keeper.stdin as unknown as { unref(): void }).unref();
  return said;
}

/** Whether a program there finds the folder, is who it is elsewhere, and can be recorded. */
async function holds(enter: readonly string[], place: string, as: string): Promise<boolean> {
  const side = join(place, '.apart');
  mkdirSync(side);
  try {
    writeFileSync(join(side, 'which'), place);
    const asks = 'strace -f -qq --seccomp-bpf -e trace=fsync -o /dev/null true && id -u && cat .apart/which';
    const stdout = join(side, 'said');
    const { code } = await run({
      argv: [...enter, 'sh', '-c', asks],
      cwd: as,
      env: { PATH: searchPath() },
      stdout,
      stderr: join(side, 'errors'),
      timeLimit: PATIENCE,
    });
    return code === 0 && readFileSync(stdout, 'utf8') === `${process.getuid!()}\n${place}`;
  } finally {
    rmSync(side, { recursive: true });
  }
}
