import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = [
  'ports',
  'storage',
  'host',
  'client',
  'server',
  'protocol',
  'config',
  'tls',
  'daemon',
  'status',
  'cli',
].map((folder) => `src/${folder}`);

/**
 * The arrows of ARCHITECTURE.md, held. A layer may import itself and what is listed; tests may import what they like.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'harness/disk': [],
  'harness/persistence': ['harness/disk'],
  'harness/conformance': ['harness/disk', 'harness/persistence'],
  'harness/observe': ['harness/disk', 'harness/persistence', 'harness/conformance'],
  'harness/trace': ['harness/disk'],
  'harness/programs': ['harness/disk', 'harness/persistence', 'harness/trace'],
  'harness/explore': ['harness/disk', 'harness/persistence', 'harness/programs'],
  reports: ['harness/explore', 'harness/disk', 'harness/persistence', 'harness/programs'],
  'harness/runs': ['harness/disk', 'harness/persistence', 'harness/programs', 'harness/explore', 'reports'],
  'harness/cli': [
    'harness/disk',
    'harness/persistence',
    'harness/conformance',
    'harness/observe',
    'harness/programs',
    'harness/trace',
    'harness/explore',
    'harness/runs',
    'reports',
  ],
  'harness/index.ts': [
    'harness/disk',
    'harness/persistence',
    'harness/programs',
    'harness/explore',
    'harness/runs',
  ],
  'harness/fast-check.ts': ['harness/explore'],
  'harness/fs.ts': ['harness/disk', 'harness/programs'],
  'harness/vitest.ts': ['harness/programs', 'harness/runs'],
  // Inside src: the store knows no network, the protocol no configuration and no TLS, and only the last two know all.
  'src/ports': ['src/storage'],
  'src/storage': ['src/ports'],
  'src/host': ['src/ports'],
  'src/client': ['src/ports', 'src/storage', 'src/protocol'],
  'src/server': ['src/ports', 'src/storage', 'src/protocol'],
  'src/protocol': ['src/ports', 'src/storage'],
  'src/config': ['src/ports', 'src/storage', 'src/server', 'src/protocol'],
  'src/tls': ['src/ports', 'src/storage', 'src/config', 'src/protocol'],
  'src/daemon': ['src/ports', 'src/storage', 'src/config', 'src/tls', 'src/protocol', 'src/server'],
  'src/status': ['src/ports', 'src/storage', 'src/protocol'],
  'src/cli': [
    'src/ports',
    'src/storage',
    'src/config',
    'src/tls',
    'src/daemon',
    'src/status',
    'src/protocol',
    'src/server',
    'src/client',
    'src/host',
  ],
  scenarios: [
    'harness/programs',
    'harness/explore',
    'harness/index.ts',
    'harness/runs',
    'harness/cli',
    'harness/disk',
    // The tester's own log is held to what it tests.
    'reports',
    ...SRC,
  ],
};

/** Where everything must be the same in every run: no clock, no chance, no machine. */
const DETERMINISTIC = [
  'harness/disk',
  'harness/persistence',
  'harness/programs',
  'harness/explore',
  'src/storage',
  'src/server',
  'src/protocol',
];
const BANNED: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\b|\bnew Date\(\)/, 'the time comes from a Clock port'],
  [/\bMath\.random\b|\brandomUUID\b|\brandomBytes\b/, 'chance comes from a port'],
  [/\bsetTimeout\b|\bsetInterval\b|\bsetImmediate\b/, 'nothing waits for the machine'],
  [/\bprocess\.(?:pid|hrtime|env)\b|\bperformance\.now\b/, 'nothing asks the machine'],
];
/** The places that keep real time, or put simulated time in its place, and say why. */
const MAY_WAIT = [
  'harness/programs/real.ts',
  'harness/programs/globals.ts',
  'harness/programs/other-threads.ts',
  'harness/programs/takeover.ts',
  'harness/programs/virtual-timers.ts',
  'harness/programs/node/chance.ts',
];

const root = fileURLToPath(new URL('..', import.meta.url));

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.includes('testing/'))
    .map((name) => join(folder, name));
}

const files = ['harness', 'src', 'scenarios', 'reports'].flatMap(sourcesIn);

/** The layer that a file belongs to: the longest listed path that it lies in. */
function layerOf(file: string): string | undefined {
  const layers = Object.keys(MAY_IMPORT).filter((layer) => file === layer || file.startsWith(`${layer}/`));
  return layers.sort((left, right) => right.length - left.length)[0];
}

function importsOf(file: string, text = readFileSync(join(root, file), 'utf8')): readonly string[] {
  const specifiers = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map((match) => match[1]!);
  return specifiers.map((specifier) => relative(root, join(root, dirname(file), specifier)));
}

function forbidden(file: string, target: string): string | undefined {
  const [from, to] = [layerOf(file), layerOf(target)];
  if (from === undefined) return `${file} lies in no layer`;
  if (to === undefined || to === from || MAY_IMPORT[from]!.includes(to)) return undefined;
  return `${file} imports ${target}: ${from} must not know ${to}`;
}

function banned(file: string, text: string): string | undefined {
  if (MAY_WAIT.includes(file)) return undefined;
  const found = BANNED.find(([pattern]) => pattern.test(text));
  return found && `${file} matches ${String(found[0])}: ${found[1]}`;
}

describe('the layers', () => {
  it('import only downwards, and harness and src never each other', () => {
    const wrong = files.flatMap((file) => importsOf(file).map((target) => forbidden(file, target)));
    expect(wrong.filter(Boolean)).toEqual([]);
  });

  it('would be told of an arrow that points up', () => {
    expect(forbidden('harness/disk/journal.ts', 'harness/programs/life.ts')).toContain('must not know');
    expect(forbidden('src/server/store.ts', 'harness/index.ts')).toContain('must not know');
    expect(importsOf('harness/disk/x.ts', "import type { A } from '../programs/life.ts';")).toEqual([
      'harness/programs/life.ts',
    ]);
  });

  it('are all looked at', () => {
    expect(files.length).toBeGreaterThan(150);
    expect(files.filter((file) => layerOf(file) === undefined)).toEqual([]);
  });
});

/**
 * The files that lie on a circle of imports, types included: with all that only import downwards taken away, again and
 * again, circles and what leads into them from above are left; from above and from below, circles and what lies between.
 */
function onCircles(arrows: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const left = new Set(arrows.keys());
  const into = new Map<string, string[]>();
  for (const [from, targets] of arrows)
    for (const to of targets) into.set(to, [...(into.get(to) ?? []), from]);
  const leads = (next: ReadonlyMap<string, readonly string[]>, file: string): boolean =>
    (next.get(file) ?? []).some((other) => left.has(other));
  for (let size = -1; size !== left.size;) {
    size = left.size;
    for (const file of left) if (!leads(arrows, file) || !leads(into, file)) left.delete(file);
  }
  return [...left].sort();
}

describe('imports', () => {
  it('go round in no circle', () => {
    expect(onCircles(new Map(files.map((file) => [file, importsOf(file)])))).toEqual([]);
  });

  it('would be told of a circle, and of nothing above or below it', () => {
    const arrows = new Map([
      ['top', ['a']],
      ['a', ['b']],
      ['b', ['a', 'bottom']],
      ['bottom', []],
    ]);
    expect(onCircles(arrows)).toEqual(['a', 'b']);
  });
});

describe('the viewer of the HTML report', () => {
  const viewer = files.filter((file) => file.startsWith('reports/viewer/'));
  const text = (file: string): string => readFileSync(join(root, file), 'utf8');
  /** What a browser has not, what would let text become markup, and what would ask for something. */
  const forbiddenThere =
    /from '(?:node:|zod)|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\bfetch\(|\beval\(/;

  it('runs in a browser, makes no markup of text and asks for nothing', () => {
    expect(viewer.length).toBeGreaterThan(20);
    expect(viewer.filter((file) => forbiddenThere.test(text(file)))).toEqual([]);
  });

  it('would be told of markup', () => {
    expect(forbiddenThere.test('element.innerHTML = name;')).toBe(true);
  });
});

describe('what must be the same in every run', () => {
  const deterministic = files.filter((file) => DETERMINISTIC.some((folder) => file.startsWith(`${folder}/`)));

  it('asks no clock, no chance and no machine but through a port', () => {
    const wrong = deterministic.map((file) => banned(file, readFileSync(join(root, file), 'utf8')));
    expect(wrong.filter(Boolean)).toEqual([]);
  });

  it('would be told of one that does', () => {
    expect(banned('src/storage/x.ts', 'const now = Date.now();')).toContain('Clock port');
  });
});

describe('the files', () => {
  it('are short: at most 300 lines', () => {
    const long = files.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 300);
    expect(long).toEqual([]);
  });
});
