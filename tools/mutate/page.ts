import type { Fate, Known } from './ledger.ts';

/** The page about what is known of mutants. `traps`: what they were given to, in a sentence. */
export function pageOf(known: readonly Known[], traps: string): string {
  const groups = new Map<string, Known[]>();
  for (const one of known) {
    const { from } = one.first;
    groups.set(from, [...(groups.get(from) ?? []), one]);
  }
  return [
    '# How often green means right',
    '',
    INTRODUCTION,
    '',
    traps,
    '',
    '| chosen by | tried | equivalent | caught at first | caught now | by tests | by the run | no end | survive | score at first | score now |',
    '| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |',
    ...[...groups].map(([from, group]) => row(from, group)),
    '',
    EXPLANATION,
    '',
    ...section('Survivors', known, ['survived', 'timeout']),
    ...section('Equivalent', known, ['equivalent']),
  ].join('\n');
}

const INTRODUCTION = [
  'A run that is green says something only if it were red where the engine is wrong. So mistakes are put into',
  "jiggle's engine, one at a time, and it is looked whether anybody notices: `npm run mutate` (`tools/mutate`). There are",
  'two sources of mistakes. A sample is drawn, by a seed, from all small changes that can be made to the code without',
  'knowing what it is for: a condition negated, a step left out, a limit one off. And a list (`tools/mutate/mistakes`) holds',
  "those that somebody who knows crash safety, or Burp's history, would think of: a sync left out, two steps swapped, a",
  'check or a branch of recovery left out.',
].join('\n');

const EXPLANATION = [
  '"At first" is when the mutant was tried for the first time, and says how good the tests and scenarios were at what they had',
  'not been written for; what survived was then looked at, and "now" is what is left of it. Of the list this says less: most',
  'of it was known when the tests were written. "No end": a test or an exploration did',
  'not end in its time with the mutant; that does not count as caught. Scores are of what is not equivalent. Who sets the',
  'first trap only (`--traps 1`) notes what survived it as survived: the score is then less than that of all tests.',
].join('\n');

function row(from: string, group: readonly Known[]): string {
  const now = (fate: Fate, by?: string): number =>
    group.filter(({ last }) => last.fate === fate && (by === undefined || last.by === by)).length;
  const first = group.filter((one) => one.first.fate === 'caught').length;
  const counted = group.length - now('equivalent');
  const score = (caught: number): string =>
    counted === 0 ? '-' : `${((100 * caught) / counted).toFixed(1)} %`;
  const cells = [
    from,
    group.length,
    now('equivalent'),
    first,
    now('caught'),
    now('caught', 'tests'),
    now('caught', 'run'),
    now('timeout'),
    now('survived'),
    score(first),
    score(now('caught')),
  ];
  return `| ${cells.join(' | ')} |`;
}

function section(title: string, known: readonly Known[], fates: readonly Fate[]): string[] {
  const found = known.filter(({ last }) => fates.includes(last.fate));
  if (found.length === 0) return [`## ${title}`, '', 'None.', ''];
  const rows = found.map(({ last: { file, line, name, what, reason, fate } }) => {
    const why = reason ?? (fate === 'timeout' ? 'no end' : '');
    return `| \`${file}:${line}\` | ${name} | ${quoted(what)} | ${why} |`;
  });
  return [`## ${title}`, '', '| where | mistake | what | why |', '| --- | --- | --- | --- |', ...rows, ''];
}

/** A table's cell with code in it. */
function quoted(text: string): string {
  return `\`${text.replaceAll('`', "'").replaceAll('|', String.raw`\|`)}\``;
}
