/**
 * What mutants of the engine are given to. All of it is small and quick: what takes longer than a minute has no chance
 * here, and is left to `npm test`.
 */
const ROOMS: readonly (readonly [beginning: string, tests: readonly string[]])[] = [
  ['src/storage/delta/', ['src/storage/delta']],
  ['src/storage/manifest/', ['src/storage/manifest']],
  ['src/storage/codec/', ['src/storage/codec']],
  ['src/protocol/', ['src/protocol']],
];

const STORAGE = [
  'account',
  'basis',
  'batch',
  'compare',
  'data-path',
  'edge',
  'hand-over',
  'layout',
  'old-data',
  'record-shape',
  'retention',
  'settings',
  'state',
  'stats',
  'timestamp',
];
const SERVER = ['client-name', 'damage', 'look-ahead', 'open-backup', 'resume', 'shelf', 'store'];

const ENGINE = [
  ...STORAGE.map((name) => `src/storage/${name}.test.ts`),
  ...SERVER.map((name) => `src/server/${name}.test.ts`),
  'scenarios/backup/found.test.ts',
];

/** The quickest, and the first: whether anything is done, or said, in another way. */
export const STEPS: readonly string[] = ['scenarios/backup/steps.test.ts'];

/** Tests of the file's room, and those of the engine that are done in seconds. */
export function testsFor(file: string): readonly string[] {
  return [
    ...ROOMS.filter(([beginning]) => file.startsWith(beginning)).flatMap(([, tests]) => tests),
    ...ENGINE,
  ];
}

/** What else there is about the engine, and takes longer: tried last. */
export const SLOW_TESTS: readonly string[] = [
  'src/server/failing-disk.test.ts',
  'src/server/limits.test.ts',
  'scenarios/backup/killed.test.ts',
];

/** Small scenarios that go through all phases, in the order of what they find for what they cost. */
export const SCENARIOS: readonly string[] = [
  'backup-first',
  'backup-shuffle',
  'backup-incremental',
  'backup-kinds',
  'backup-delete-newest',
  'backup-delete-only',
];
