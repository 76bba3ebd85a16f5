import type { Fate, Known } from './ledger.ts';

/**
 * The page about what is known of mutants. `traps`: what they were given to, in a sentence.
 *
 * @param known those of the code as it is
 * @param ever all that were ever tried, also in files that have changed since
 */
export function pageOf(known: readonly Known[], traps: string, ever: readonly Known[]): string {
  return [
    '# How often green means right',
    '',
    INTRODUCTION,
    '',
    traps,
    '',
    '| chosen by | tried | equivalent | caught at first | caught now | by tests | by the run | no end | survive | score at first | score now |',
    '| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |',
    ...[...byOrigin(known)].map(([from, group]) => row(from, group)),
    '',
    EXPLANATION,
    '',
    ...history(ever),
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

function byOrigin(known: readonly Known[]): ReadonlyMap<string, readonly Known[]> {
  const groups = new Map<string, Known[]>();
  for (const one of known) groups.set(one.first.from, [...(groups.get(one.first.from) ?? []), one]);
  return groups;
}

/**
 * A mutant is one of its file as it was, so a mend takes those that survived before it out of the table above. What is never
 * taken out is how many were caught when they were first tried.
 */
function history(ever: readonly Known[]): readonly string[] {
  const rows = [...byOrigin(ever)].map(([from, group]) => {
    const count = (fate: Fate): number => group.filter(({ first }) => first.fate === fate).length;
    const [caught, survived, timeout] = [count('caught'), count('survived'), count('timeout')];
    const tried = caught + survived + timeout;
    return `| ${[from, tried, caught, survived, timeout, tried === 0 ? '-' : percent(caught / tried)].join(' | ')} |`;
  });
  return [
    'The table has the mutants of the code as it is. Who mends a survivor changes its file, and all mutants of that file are',
    'other ones then. So this is what became of all that were ever tried, when they were first tried; what was known not to',
    'be a mistake then is left out, what turned out to be none later is not:',
    '',
    '| chosen by | tried | caught | survived | no end | score |',
    '| --- | --: | --: | --: | --: | --: |',
    ...rows,
    '',
  ];
}

function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}

function row(from: string, group: readonly Known[]): string {
  const now = (fate: Fate, by?: string): number =>
    group.filter(({ last }) => last.fate === fate && (by === undefined || last.by === by)).length;
  const first = group.filter((one) => one.first.fate === 'caught').length;
  const counted = group.length - now('equivalent');
  const score = (caught: number): string => (counted === 0 ? '-' : percent(caught / counted));
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
