import { broken, type Findings, type RealDisk, traced, type Words } from '../../harness/index.ts';
import { ALL, EVERYWHERE, type Subject } from './subject.ts';

/** git: a second commit, under the two ends of `core.fsync`. */

const AT = 'https://git-scm.com/docs/git-config#Documentation/git-config.txt-corefsync';
const SOUND = 'git fsck finds nothing, and the history can be read';
const STAYS = 'a commit that was reported stays';

const WHEN = '2026-01-01T00:00:00Z';
const ENV = {
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_AUTHOR_DATE: WHEN,
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.org',
  GIT_COMMITTER_DATE: WHEN,
  GIT_CONFIG_NOSYSTEM: '1',
};

function sh(...lines: readonly string[]): Words {
  return ['sh', '-ec', lines.join('\n')];
}

function asked(durable: boolean) {
  return async ({ acknowledged, ask }: RealDisk): Promise<Findings> => {
    const fsck = await ask(['git', '-C', 'data', 'fsck', '--strict', '--no-dangling', '--no-progress']);
    const log = await ask(['git', '-C', 'data', 'log', '--format=%s']);
    const damage = [fsck, log].find(({ code }) => code !== 0);
    if (damage) return broken(SOUND, (damage.errors + damage.output).trim().split('\n')[0] ?? '');
    const isThere = log.output.startsWith('second');
    return durable && acknowledged.length > 0 && !isThere ? broken(STAYS, 'it is gone', 'lost') : undefined;
  };
}

function commits(
  fsync: 'none' | 'all',
  durable: boolean,
  breaksUnder: readonly string[],
  words?: string,
): Subject {
  return {
    program: 'git',
    settings: `core.fsync=${fsync}`,
    claim: durable ? STAYS : SOUND,
    ...(words === undefined ? {} : { promise: { words, at: AT } }),
    needs: ['git'],
    breaksUnder,
    plan: ALL,
    scenario: traced({
      name: `git-commit-fsync-${fsync}-${durable ? 'durable' : 'sound'}`,
      from: import.meta.url,
      env: ENV,
      setup: sh(
        'git init -q -b main --template= data',
        `git -C data config core.fsync ${fsync}`,
        'git -C data config gc.auto 0',
        'git -C data config maintenance.auto false',
        'echo one > data/file',
        'git -C data add file',
        'git -C data commit -q -m first',
      ),
      run: sh(
        'echo two > data/file',
        'git -C data add file',
        'git -C data commit -q -m second',
        'echo acknowledged: second',
      ),
      check: asked(durable),
    }),
  };
}

export const GIT: readonly Subject[] = [
  commits('none', false, EVERYWHERE),
  // It syncs no directory, and its index or its branch may be there without an object that they name.
  commits('all', false, ['btrfs', 'posix']),
  commits('all', true, EVERYWHERE),
];
