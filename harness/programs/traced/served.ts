import type { Words } from './definition.ts';

/** A server that is started, asked and stopped in one life, so that what it promises to its clients counts. */
export interface Server {
  readonly start: Words;
  /** When it can be asked: a TCP port that somebody listens on, a file or socket that is there, a text that it writes. */
  readonly ready: { readonly port: number } | { readonly path: string } | { readonly text: string };
  /** Its clients, one after the other. What they write counts: a line `acknowledged: N` is a promise. */
  readonly ask?: readonly Words[];
  /** How it is told to end; SIGTERM if nothing is said. */
  readonly stop?: 'SIGTERM' | 'SIGINT' | 'SIGKILL';
  /** Waits until its children have ended before it is told to. */
  readonly untilAlone?: boolean;
}

/** How often it is looked whether a server is ready, or alone, in seconds. */
const LOOK_EVERY = 0.02;

/**
 * A server and its clients as one command, whose exit code is that of the first client that fails. All of them are
 * recorded together, so that it is known which calls came before a promise.
 */
export function served({ start, ready, ask = [], stop = 'SIGTERM', untilAlone = false }: Server): Words {
  const alone = [
    'children() { cat /proc/$server/task/$server/children 2>/dev/null; }',
    `while [ -n "$(children)" ]; do sleep ${LOOK_EVERY}; done`,
  ];
  const lines = [
    'said=$(mktemp)',
    `"$@" > "$said" 2>&1 & server=$!`,
    'gone() { cat "$said" >&2; rm -f "$said"; echo "the server ended before it was ready" >&2; exit 125; }',
    `until ${isReady(ready)}; do kill -0 $server 2>/dev/null || gone; sleep ${LOOK_EVERY}; done`,
    'code=0',
    ...ask.map((words) => `[ $code -ne 0 ] || ${words.map(quoted).join(' ')} || code=$?`),
    ...(untilAlone ? alone : []),
    `kill -${stop.slice(3)} $server 2>/dev/null`,
    'wait $server',
    'rm -f "$said"',
    'exit $code',
  ];
  return ['bash', '-c', lines.join('\n'), 'bash', ...start];
}

function isReady(ready: Server['ready']): string {
  if ('path' in ready) return `[ -e ${quoted(ready.path)} ]`;
  if ('text' in ready) return `grep -qF -e ${quoted(ready.text)} "$said"`;
  const port = ready.port.toString(16).toUpperCase().padStart(4, '0');
  return `grep -qE "^ *[0-9]+: [0-9A-F]+:${port} [0-9A-F:]+ 0A" /proc/net/tcp /proc/net/tcp6 2>/dev/null`;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
