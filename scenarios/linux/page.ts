import { COPIES } from './copies.ts';
import { GIT } from './git.ts';
import { MAPPED } from './mapped.ts';
import { REPLACES } from './python.ts';
import { REDIS } from './redis.ts';
import { SQLITE } from './sqlite.ts';
import type { Subject } from './subject.ts';

/** All programs of Debian that are recorded, and held to what they say. */
export const GALLERY: readonly Subject[] = [...REPLACES, ...SQLITE, ...GIT, ...REDIS, ...COPIES, ...MAPPED];

/** What a run found under one model: nothing, or in words. */
export interface Found {
  readonly model: string;
  readonly finding: string | undefined;
}

const HEAD = `# Programs of Debian, as they are

Made by \`scenarios/linux/gallery.test.ts\` from its runs; with \`UPDATE=1\` it writes this page, otherwise it checks it.
Each program is Debian's own, recorded and explored as [traced.md](traced.md) says. \`✓\` holds in every state that was
looked at, \`✗\` breaks. These are all states that any number of cuts can lead to.

**What was never promised is no bug.** Where a program says of itself what it can lose, that stands here, and \`✗\` means
that the recorder and the models find it as well.

| program | set to | asked of it | ext4 | xfs | btrfs | posix |
| --- | --- | --- | --- | --- | --- | --- |
`;

/** The page of all programs and what was found of each. */
export function linuxPage(found: ReadonlyMap<Subject, readonly Found[]>): string {
  const rows = GALLERY.map((subject) => row(subject, found.get(subject)!));
  const broken = GALLERY.filter(({ breaksUnder }) => breaksUnder.length > 0);
  const told = broken.map((subject) => story(subject, found.get(subject)!));
  const said = GALLERY.flatMap(({ program, settings, promise }) =>
    promise === undefined ? [] : [`- **${program}**, ${settings}: [${promise.words}](${promise.at})`],
  );
  return `${HEAD}${rows.join('\n')}\n\n## What their documentation says, in short\n\n${said.join('\n')}\n\n## What breaks\n\n${told.join('\n')}\n`;
}

function row({ program, settings, claim }: Subject, found: readonly Found[]): string {
  const marks = found.map(({ finding }) => (finding === undefined ? '✓' : '✗'));
  return `| ${[program, settings, claim, ...marks].join(' | ')} |`;
}

function story({ program, settings, claim }: Subject, found: readonly Found[]): string {
  const { model, finding } = found.find((each) => each.finding !== undefined)!;
  return `- **${program}**, ${settings} (${claim}): under ${model}, ${finding!.replace(/\.$/, '')}.`;
}
