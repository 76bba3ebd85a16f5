import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { threadId } from 'node:worker_threads';
import {
  broken,
  type Finding,
  type Findings,
  type RealDisk,
  type Scenario,
  served,
  traced,
  type Words,
} from '../../harness/index.ts';
import { FILES, SETUP } from './burp-setup.ts';

/** The real burp, server and client, in the middle of the third backup of a client whose files change each time. */

const RESTORES = 'every listed backup restores byte for byte';
const WORKS = 'the next backup works';
const KEPT = 'a backup that the client was told is finished stays';
const LISTED = 'backups that were there stay listed';

const CONNECTS_MAX = 4;

function client(...args: readonly string[]): string {
  return `burp -c ../client.conf ${args.join(' ')}`;
}

/** @param lines of a shell, run one after the other while the server listens */
function withServer(port: number, ...lines: readonly string[]): Words {
  return served({
    start: ['burp', '-F', '-c', 'server.conf'],
    ready: { port },
    ask: [['sh', '-c', `cd data\n${lines.join('\n')}`]],
    untilAlone: true,
  });
}

const BACKS_UP = [
  `${client('-a', 'b')} > ../said || { cat ../said >&2; exit 1; }`,
  'echo acknowledged: backup',
];

/** A client that comes with its backup again and again, until there is something, and that is none of our errors. */
function untilDone(condition: string): readonly string[] {
  return [
    `for connect in $(seq ${CONNECTS_MAX}); do`,
    `  [ ${condition} ] && exit 0`,
    `  ${client('-a', 'b')} > ../said`,
    // What is received is worked on when the client has gone.
    `  for look in $(seq 20); do [ ${condition} ] && exit 0; sleep 0.1; done`,
    'done',
    'cat ../said >&2; exit 1',
  ];
}

/** A client that only asks whether it is time: the server recovers, and it is not. Exit code 3 says so. */
const ASKS = [
  `for connect in $(seq ${CONNECTS_MAX}); do`,
  `  ${client('-a', 't')} > ../said; code=$?`,
  '  [ $code -ne 3 ] || exit 0',
  '  sleep 0.2',
  'done',
  'cat ../said >&2; exit 1',
];

const RESTORE = [
  'rm -rf ../out; mkdir ../out',
  // What is not finished yet is listed, too, and marked.
  `${client('-a', 'l')} | grep -v -e working -e finishing | grep -o '^Backup: [0-9]*' | cut -d' ' -f2 > ../listed`,
  'for number in $(cat ../listed); do',
  `  ${client('-a', 'r', '-b', '$number', '-d', '../out/$number')} > ../out/$number.log 2>&1; echo $? > ../out/$number.code`,
  'done',
];

function check(
  port: number,
  { before, asked, keeps }: Required<Pick<Variant, 'before' | 'asked' | 'keeps'>>,
) {
  return async ({ dir, seenAs, ask, acknowledged }: RealDisk): Promise<Findings> => {
    const place = dirname(dir);
    if (asked.length > 0) {
      const { code, errors } = await ask(withServer(port, ...asked));
      if (code !== 0)
        return broken(WORKS, (errors.trim().split('\n').at(-1) ?? '').replace(/^.*?burp\[\d+\] /, ''));
    }
    rmSync(join(place, 'out'), { recursive: true, force: true });
    await ask(withServer(port, ...RESTORE));
    const listed = readFileSync(join(place, 'listed'), 'utf8').split('\n').filter(Boolean).map(Number);
    const findings: Finding[] = [];
    for (let number = 1; number <= before && asked.length === 0; number++)
      if (!listed.includes(number)) findings.push(broken(LISTED, `backup ${number} is not listed`));
    if (keeps && acknowledged.includes('backup') && !listed.includes(before + 1))
      findings.push(broken(KEPT, `backup ${before + 1} is not listed`, 'lost'));
    for (const number of listed) {
      // Numbers are given out again once all backups are gone.
      const versions = asked.length > 0 ? [before, before + 1] : [Math.min(number, before + 1)];
      const named = { place, as: dirname(seenAs) };
      const wrong = versions.map((version) => restored(named, number, version));
      findings.push(...(wrong.find((each) => each.length === 0) ?? wrong.at(-1)!));
    }
    return findings;
  };
}

/** What is wrong with one backup, as it was restored. `as` is the path of the folder that the client backed up. */
function restored(
  { place, as }: { readonly place: string; readonly as: string },
  number: number,
  version: number,
): readonly Finding[] {
  const name = String(number).padStart(7, '0');
  const wanted = join(place, 'versions', String(version));
  const got = join(place, 'out', name, as, 'files');
  const code = readFileSync(join(place, 'out', `${name}.code`), 'utf8').trim();
  return readdirSync(wanted).flatMap((file) => {
    const path = join(got, file);
    const text = existsSync(path) ? readFileSync(path) : undefined;
    if (text?.equals(readFileSync(join(wanted, file)))) return [];
    const what = text === undefined ? 'missing' : text.length === 0 ? 'empty' : 'another text';
    return [broken(RESTORES, `${file} of backup ${number} is ${what}, and the restore ends with ${code}`)];
  });
}

/** How a scenario differs from the third backup of a server that is set up as Debian's is. */
interface Variant {
  /** More lines of the server's configuration. */
  readonly own?: readonly string[];
  /** How many backups there are before. */
  readonly before?: number;
  /** What the client does in the life that is cut; a backup, if nothing is said. */
  readonly does?: readonly string[];
  /** What happens after a reboot; a client that only asks whether it is time, if nothing is said. */
  readonly recovers?: readonly string[];
  /** What is asked of the server before all that it lists is restored. */
  readonly asked?: readonly string[];
  /** Whether a backup that was reported as finished must be there after recovery. */
  readonly keeps?: boolean;
}

export function burp(name: string, variant: Variant = {}): Scenario {
  const { own = [], before = 2, does = BACKS_UP, recovers = ASKS, asked = [], keeps = false } = variant;
  const port = 20_000 + ((process.pid * 8 + threadId * 2) % 30_000);
  const backups = Array.from({ length: before }, (_, at) => [
    ['bash', '-ec', FILES, 'files', String(at + 1)],
    withServer(port, ...BACKS_UP),
  ]);
  return traced({
    name,
    from: import.meta.url,
    summary: 'the real burp, server and client',
    setup: [
      ['bash', '-ec', SETUP, 'setup', String(port), own.join('\n')],
      ...backups.flat(),
      ['bash', '-ec', FILES, 'files', String(before + 1)],
    ],
    run: withServer(port, ...does),
    recover: withServer(port, ...recovers),
    check: check(port, { before, asked, keeps }),
    // What holds times, and no part of a backup: who connected, what was done, how long it took, who has the lock.
    ignore: [
      '.command',
      'lockfile',
      'log',
      'log.gz*',
      'backup_stats*',
      'restorelog*',
      'restore_stats*',
      'resumed',
    ],
    timeLimit: 60_000,
  });
}

/** The only backup is deleted. Then the next ones must be as good as the first was. */
export function burpDelete(name: string): Scenario {
  return burp(name, {
    before: 1,
    own: ['client_can_delete = 1'],
    does: [`${client('-a', 'delete', '-b', '1')} > ../said || { cat ../said >&2; exit 1; }`],
    asked: [
      ...untilDone('-L c1/current -a -e c1/current/manifest.gz'),
      `${client('-a', 'l')} | grep -q ^Backup`,
    ],
  });
}

/** What was received before the cut is to be used, and not sent again. */
export function burpResume(name: string): Scenario {
  const done = '! -L c1/working -a ! -L c1/finishing';
  return burp(name, { own: ['working_dir_recovery_method = resume'], recovers: untilDone(done) });
}

/** What the client was told is finished must not have to be sent again. */
export function burpReported(name: string): Scenario {
  return burp(name, { keeps: true });
}

/** No client comes after the reboot but those that list and restore: the server has recovered nothing yet. */
export function burpUnrecovered(name: string): Scenario {
  return burp(name, { recovers: ['true'] });
}
