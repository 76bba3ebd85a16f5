import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { JSON_FILES } from './json-files.ts';
import { STORES } from './stores.ts';
import type { Subject } from './subject.ts';

/** All packages that are held to what they say, or to what people think that they say. */
export const GALLERY: readonly Subject[] = [...JSON_FILES, ...STORES];

/** What a run found under one model: nothing, or in words. */
export interface Verdict {
  readonly model: string;
  readonly finding: string | undefined;
  readonly closed: boolean;
}

const require = createRequire(import.meta.url);

/** The version that is installed here. */
function versionOf(name: string): string {
  for (const directory of require.resolve.paths(name) ?? []) {
    try {
      const text = readFileSync(`${directory}/${name}/package.json`, 'utf8');
      return (JSON.parse(text) as { version: string }).version;
    } catch {
      // Further up, perhaps.
    }
  }
  throw new Error(`${name} is not installed: run npm ci`);
}

const HEAD = `# Packages on the simulated disk

Made by \`scenarios/packages/gallery.test.ts\` from its runs; with \`UPDATE=1\` it writes this page, otherwise it checks it.
Each package is the one from npm, unmodified, run as [node-programs.md](node-programs.md) says, with a power cut after
every operation and any number of them in a row.

**What was never promised is no bug.** Where the second column says so, the package does what its documentation says;
who needs more must add it. \`✓\` holds in every state that any number of power cuts can lead to, \`✗\` breaks.

| package | what it says | asked of it | ext4 | xfs | btrfs | posix |
| --- | --- | --- | --- | --- | --- | --- |
`;

/** The page of all packages and what was found of each. */
export function packagesPage(verdicts: ReadonlyMap<Subject, readonly Verdict[]>): string {
  const rows = GALLERY.map((subject) => row(subject, verdicts.get(subject)!));
  const stories = GALLERY.filter((subject) => subject.breaksUnder.length > 0).map((subject) =>
    story(subject, verdicts.get(subject)!),
  );
  return `${HEAD}${rows.join('\n')}\n\n## What breaks, and what would mend it\n\n${stories.join('\n')}\n`;
}

function row({ package: name, promise, claim }: Subject, verdicts: readonly Verdict[]): string {
  const said = promise === undefined ? 'nothing of this' : `[${promise.words}](${promise.at})`;
  const marks = verdicts.map(({ finding }) => (finding === undefined ? '✓' : '✗'));
  return `| ${[`${name} ${versionOf(name)}`, said, claim, ...marks].join(' | ')} |`;
}

function story({ package: name, claim, remedy, scenario }: Subject, verdicts: readonly Verdict[]): string {
  const finding = verdicts.find((verdict) => verdict.finding !== undefined)!;
  const mended = remedy?.scenario === undefined ? '' : ' With that done to it from outside, it holds.';
  const help = remedy === undefined ? '' : ` It would take ${remedy.words}.${mended}`;
  return `- **${name}** (\`${scenario.name}\`, ${claim}): under ${finding.model}, ${finding.finding!.replace(/\.$/, '')}.${help}`;
}
