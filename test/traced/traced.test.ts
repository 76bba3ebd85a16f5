import { describe, expect, it } from 'vitest';
import {
  DEFAULTS,
  Explorer,
  findModel,
  type Exploration,
  type ExploreOptions,
  served,
  traced,
  type TracedDefinition,
} from '../../harness/index.ts';
import { missing, PYTHON } from './programs.ts';

const WITHOUT = missing('strace', 'bash', PYTHON);

const MAPS = `import mmap,os\nf=os.open('data/f',os.O_RDWR|os.O_CREAT)\nos.truncate(f,9)\nm=mmap.mmap(f,9)\nif os.fork()==0:\n  m[0:1]=b'x'\n  os.sync()\n  os._exit(0)\nos.wait()`;

function sh(...lines: readonly string[]): readonly string[] {
  return ['sh', '-ec', lines.join('\n')];
}

async function explored(
  definition: Partial<TracedDefinition>,
  model = 'posix',
  options: Partial<ExploreOptions> = {},
): Promise<Exploration> {
  const scenario = traced({ name: 'it', run: sh('echo 1 > data/f'), check: sh('true'), ...definition });
  return await new Explorer(scenario, findModel(model)!, { ...DEFAULTS, ...options }).explore();
}

const findings = ({ failures }: Exploration): readonly string[] => [
  ...new Set(
    failures.flatMap(({ verdict }) =>
      verdict!.findings.map((each) => `${verdict!.outcome}: ${each.message}`),
    ),
  ),
];

describe.skipIf(WITHOUT)(`a recorded program${WITHOUT ?? ''}`, () => {
  it('that can not be followed is unknown, and the call and the file are named', async () => {
    await expect(explored({ run: [PYTHON, '-c', MAPS] })).rejects.toThrow(
      /mmap of \/f: two threads or processes can change it/,
    );
    const recovery = await explored({ recover: [PYTHON, '-c', MAPS] });
    expect(findings(recovery)).toEqual([
      expect.stringMatching(/^unknown: mmap of \/f: two threads or processes/),
    ]);
  });

  it('says what is broken by exit code and output of its check', async () => {
    const check = (line: string, code: number) =>
      sh('[ -s data/f ] && exit 0', `echo "${line}"; exit ${code}`);
    expect(findings(await explored({ check: check('lost: the file', 1) }))).toEqual(['lost: the file']);
    expect(findings(await explored({ check: check('the file is empty', 2) }))).toEqual([
      'corrupt: the file is empty',
    ]);
    const unable = findings(await explored({ check: check('no such interpreter', 127) }));
    expect(unable).toEqual([expect.stringMatching(/^unknown: check failed: sh ends with 127/)]);
    expect(findings(await explored({ check: sh('true') }))).toEqual([]);
  });

  it('is told of the last promise, which stands from when it was made', async () => {
    const run = sh(
      'echo 1 > data/f',
      'echo acknowledged: early',
      'sync data/f data',
      'echo acknowledged: late',
    );
    const check = sh('[ "$0" = "" ] || grep -q 1 data/f || { echo "lost: $0"; exit 1; }');
    const found = await explored({ run, check: [...check, '{acknowledged}'] });
    expect(findings(found)).toEqual(['lost: early']);
  });

  it('has its recoveries cut in turn', async () => {
    const recover = sh('[ -e data/g ] || { echo 2 > data/g; sync data/g data; }', 'rm -f data/f');
    const { counts, failures, nodes } = await explored({ recover });
    expect(failures).toEqual([]);
    expect(counts.depth).toBeGreaterThan(1);
    expect(nodes.some(({ depth, parent }) => depth === 2 && parent !== undefined)).toBe(true);
  });

  it('whose recovery does not end is stuck, and nothing of it is left running', async () => {
    const recover = sh('[ -e data/f ] || exit 0', 'sleep 66.125');
    const found = await explored({ recover, timeLimit: 1000 }, 'process-kill');
    expect(findings(found)).toEqual([
      expect.stringMatching(/^stuck: recovery failed: sh does not end within 1 s/),
    ]);
  });

  it('may be a server, whose promises to its clients count', async () => {
    const server = [PYTHON, '-c', SERVER];
    const ask = [sh(`echo x | ${PYTHON} -c '${CLIENT}' && echo acknowledged: x`)];
    const run = served({ start: server, ready: { path: 'socket' }, ask });
    const check = sh('[ "$0" = "" ] || grep -q x data/log || { echo "lost: $0"; exit 1; }');
    const found = await explored({ run, check: [...check, '{acknowledged}'] });
    expect(findings(found)).toEqual(['lost: x']);
    const synced = [PYTHON, '-c', SERVER.replace('# sync', 'os.fsync(f); os.fsync(os.open("data", 0))')];
    const kept = await explored({
      run: served({ start: synced, ready: { path: 'socket' }, ask }),
      check: [...check, '{acknowledged}'],
    });
    expect([findings(kept), kept.closed]).toEqual([[], true]);
  });

  it('refuses to have its calls fail, and never passes for it', async () => {
    const faults = explored({}, 'posix', { faults: ['eio'] });
    await expect(faults).rejects.toThrow(/can not be made to fail/);
  });
});

const SERVER = `
import os,socket
if os.path.exists("socket"): os.unlink("socket")
s=socket.socket(socket.AF_UNIX)
s.bind("socket")
s.listen()
while True:
    c,_=s.accept()
    f=os.open("data/log",os.O_WRONLY|os.O_CREAT|os.O_APPEND)
    os.write(f,c.recv(100))
    # sync
    c.send(b"ok")
    c.close()
`;
const CLIENT = `import socket,sys;s=socket.socket(socket.AF_UNIX);s.connect("socket");s.send(sys.stdin.read().encode());assert s.recv(9)==b"ok"`;
