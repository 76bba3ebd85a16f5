import * as fc from 'fast-check';
import type { Act, BackupStory } from '../../scenarios/backup/jiggle.ts';
import { isHardlinked, nextToGo, type Kept } from '../../src/storage/retention.ts';
import { completeSettings, type Settings } from '../../src/storage/settings.ts';
import { edits, statesAfter, type Edit } from './client-trees.ts';

/** A random life of a backup store, as far as it is decided by chance. It shrinks to an empty client and no settings. */
export interface History {
  readonly does: Act['does'];
  /** The changes before each backup. The last ones come after the story, for the backup that must still work then. */
  readonly changes: readonly (readonly Edit[])[];
  readonly settings: Partial<Settings>;
  readonly settingsAfter: Partial<Settings>;
  /** For each backup before the story: settings that were other ones then. */
  readonly settingsBefore: readonly Partial<Settings>[];
  /** Which backup is removed: of those that may be, counted round. */
  readonly removed: number;
}

type Given = fc.Arbitrary<Partial<Settings>>;

const ofTheDay = {
  compression: fc.constantFrom(9, 0),
  hardlinkedArchive: fc.constantFrom(false, true),
  librsync: fc.constantFrom(true, false),
  librsyncMaxSize: fc.constantFrom(0, 200),
  maxHardlinks: fc.constantFrom(10_000, 2),
};

const past: Given = fc.record(ofTheDay, { requiredKeys: [], noNullPrototype: true });

/** All of them, each of them left out now and then. */
const any: Given = fc.record(
  {
    ...ofTheDay,
    entriesPerSync: fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8, 256),
    keep: fc.constantFrom([7], [1], [2], [3], [2, 2], [1, 2, 2]),
    recovery: fc.constantFrom('delete', 'resume'),
    maxResumeAttempts: fc.constantFrom(0, 1, 2),
  },
  { requiredKeys: [], noNullPrototype: true },
);

/** Up to four earlier backups; what the server is doing when the power goes; and the settings of each time. */
export const histories: fc.Arbitrary<History> = fc.record({
  does: fc.constantFrom('backup', 'shuffle', 'remove'),
  changes: fc.array(edits, { minLength: 2, maxLength: 5, size: 'max' }),
  settings: any,
  settingsAfter: fc.oneof(fc.constant({}), any),
  settingsBefore: fc.array(past, { maxLength: 3 }),
  removed: fc.nat({ max: 2 }),
});

/** A story and the code that it can be pasted as. */
export interface ToldStory {
  readonly story: BackupStory;
  readonly code: string;
}

export const NAME = 'random-history';

export function storyOf(history: History): ToldStory {
  const { does, changes, settings, settingsAfter } = history;
  const states = statesAfter(changes);
  const next = states.at(-1)!;
  const last = states.at(-2)!;
  const before = does === 'remove' ? states.slice(0, -1) : states.slice(0, -2);
  const settingsBefore = history.settingsBefore.slice(0, before.length);
  const archive = before.map(
    (_, i) => (settingsBefore[i]?.hardlinkedArchive ?? settings.hardlinkedArchive) === true,
  );
  const number = removable(archive, history.removed);
  const act: Act = does === 'remove' ? { does, number } : { does, tree: last.tree };
  const listings = listingsAfter(act, archive, settings, { ...settings, ...settingsAfter });
  const given = { settings, settingsAfter, settingsBefore, listings };
  const story: BackupStory = {
    name: NAME,
    summary: 'a history made by chance',
    before: before.map(({ tree }) => tree),
    act,
    ...given,
    next: next.tree,
  };
  const code = [
    '{',
    `  name: '${NAME}',`,
    `  summary: ${JSON.stringify(story.summary)},`,
    `  before: [${before.map((state) => `\n    ${state.code},`).join('')}${before.length > 0 ? '\n  ' : ''}],`,
    `  act: { does: '${does}', ${does === 'remove' ? `number: ${number}` : `tree: ${last.code}`} },`,
    ...Object.entries(given).map(([key, value]) => `  ${key}: ${JSON.stringify(value)},`),
    `  next: ${next.code},`,
    '}',
  ];
  return { story, code: code.join('\n') };
}

/** Only the oldest backup may be removed, or one right after a hardlinked one: no other restore goes through those. */
function removable(archive: readonly boolean[], choice: number): number {
  const numbers = archive.flatMap((_, i) => (i === 0 || archive[i - 1] === true ? [i + 1] : []));
  return numbers[choice % numbers.length] ?? 1;
}

/** What may be listed after recovery: the old state, the new one, and every step of the retention that follows. */
function listingsAfter(
  act: Act,
  archive: readonly boolean[],
  settings: Partial<Settings>,
  after: Partial<Settings>,
): readonly (readonly number[])[] {
  const old = archive.map((_, i) => i + 1);
  if (act.does === 'remove') return [old, old.filter((number) => number !== act.number)];
  const made = [...old, old.length + 1];
  if (act.does === 'shuffle') return [made];
  // A backup that is resumed goes by the settings of the server that resumes it.
  const chains = [settings, after].map((each) => thinned(archive, completeSettings(each)));
  const all = [old, made, ...chains.flat()];
  return all.filter((list, i) => all.findIndex((other) => other.join() === list.join()) === i);
}

/** What is listed after each removal that retention makes on top of a new backup. */
function thinned(archive: readonly boolean[], { keep, hardlinkedArchive }: Settings): number[][] {
  const count = archive.length + 1;
  const hardlinked = [...archive, isHardlinked(count, keep, hardlinkedArchive)];
  let numbers = hardlinked.map((_, i) => i + 1);
  const lists: number[][] = [];
  for (;;) {
    const backups: Kept[] = numbers.map((number, i) => ({
      name: String(number),
      number,
      isDeletable: i === 0 || hardlinked[numbers[i - 1]! - 1] === true,
    }));
    const gone = nextToGo(backups, keep);
    if (!gone) return lists;
    numbers = numbers.filter((number) => number !== gone.number);
    lists.push(numbers);
  }
}
