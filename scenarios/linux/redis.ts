import { broken, type Findings, type RealDisk, served, traced, type Words } from '../../harness/index.ts';
import { EVERYWHERE, type Subject } from './subject.ts';

/** redis-server with an append-only file: what a client was told is a promise. */

const AT = 'https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/';
const STARTS = 'the server starts again by itself';
const STAYS = 'what a client was told is stored stays';
// It changes to its directory first.
const SOCKET = '{dir}/../redis.sock';

function lastOf(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

function server(appendfsync: string, ask: readonly Words[]): Words {
  return served({
    start:
      `redis-server --port 0 --unixsocket ${SOCKET} --dir data --appendonly yes --appendfsync ${appendfsync}`
        .split(' ')
        .concat('--save', ''),
    ready: { text: 'ready to accept connections' },
    ask,
    stop: 'SIGTERM',
  });
}

function cli(...words: readonly string[]): Words {
  return ['redis-cli', '-s', SOCKET, ...words];
}

function promised(key: string): Words {
  return [
    'sh',
    '-c',
    `redis-cli -s {dir}/../redis.sock set ${key} 1 | grep -q OK && echo acknowledged: ${key}`,
  ];
}

function asked(appendfsync: string) {
  return async ({ acknowledged, ask }: RealDisk): Promise<Findings> => {
    const { code, output, errors } = await ask(server(appendfsync, [cli('mget', 'a', 'b')]));
    if (code !== 0)
      return broken(STARTS, /Bad file format[^:;]*|Fatal[^\n]*/.exec(errors)?.[0] ?? lastOf(output + errors));
    const values = output.trimEnd().split('\n');
    const lost = ['a', 'b'].filter((key, i) => acknowledged.includes(key) && values[i] !== '1');
    return lost.length > 0 ? broken(STAYS, `${lost.join(', ')} is gone`, 'lost') : undefined;
  };
}

/** What its documentation tells an administrator to do. */
const REPAIR: Words = [
  'sh',
  '-ec',
  'for file in data/appendonlydir/*.incr.aof; do yes | redis-check-aof --fix "$file"; done',
];

interface Asked {
  readonly appendfsync: 'always' | 'no';
  readonly repaired: boolean;
  readonly words: string;
}

function subject({ appendfsync, repaired, words }: Asked, breaksUnder: readonly string[]): Subject {
  return {
    program: 'redis-server',
    settings: `appendfsync=${appendfsync}${repaired ? ', redis-check-aof --fix' : ''}`,
    claim: repaired ? STAYS : STARTS,
    promise: { words, at: AT },
    needs: ['redis-server', 'redis-cli', 'bash'],
    breaksUnder,
    scenario: traced({
      name: `redis-appendfsync-${appendfsync}${repaired ? '-repaired' : ''}`,
      from: import.meta.url,
      // It makes its directory for such files at the first start.
      setup: server(appendfsync, [cli('ping')]),
      run: server(appendfsync, [promised('a'), promised('b')]),
      ...(repaired ? { recover: REPAIR } : {}),
      check: asked(appendfsync),
    }),
  };
}

const ALWAYS =
  'appendfsync always: fsync every time new commands are appended to the AOF. Very very slow, very safe.';
const NO = 'appendfsync no: Never fsync, just put your data in the hands of the Operating System.';
const CORRUPTED =
  'If the AOF file is not just truncated, but corrupted with invalid byte sequences in the middle, [...] Redis will complain at startup and will abort';

export const REDIS: readonly Subject[] = [
  subject({ appendfsync: 'always', repaired: false, words: CORRUPTED }, ['ext4', 'posix']),
  subject({ appendfsync: 'always', repaired: true, words: ALWAYS }, []),
  subject({ appendfsync: 'no', repaired: true, words: NO }, EVERYWHERE),
];
