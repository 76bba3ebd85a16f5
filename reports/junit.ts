import { convergenceText, countsText } from './run-text.ts';
import { byScenario, type ReportModel, type RunModel } from './model.ts';
import { painter } from './paint.ts';
import type { CauseReport } from './schema/story.ts';
import { storyText } from './story-text.ts';
import { escapeText } from './text.ts';
import type { WriterKind } from './writer.ts';

/** `junit.xml`: a suite for each scenario, a case for each model and invariant; what is unknown is an error. */
export const junit: WriterKind = {
  summary: 'junit.xml: for CI, in the form of Ant and Surefire',
  make: (context) => ({
    end: async (model) => await context.write('junit.xml', junitReport(model)),
  }),
};

interface Case {
  readonly name: string;
  readonly seconds: number;
  readonly bad?: {
    readonly element: 'failure' | 'error';
    readonly type: string;
    readonly message: string;
    readonly text: string;
  };
}

/** The report as the text of `junit.xml`. */
export function junitReport(model: ReportModel): string {
  const suites = [...byScenario(model.runs)].map(([name, runs], id) => suite(id, name, runs, model));
  const damage = model.damage.length > 0 ? [damageSuite(suites.length, model)] : [];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    ...suites,
    ...damage,
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(id: number, name: string, runs: readonly RunModel[], model: ReportModel): string {
  return suiteText(id, name, model, propertiesOf(runs, model), runs.flatMap(casesOf));
}

/** A damaged report must not look green. */
function damageSuite(id: number, model: ReportModel): string {
  const bad = {
    element: 'error' as const,
    type: 'damaged',
    message: model.damage[0]!,
    text: model.damage.join('\n'),
  };
  return suiteText(id, 'the report itself', model, [], [{ name: 'is whole', seconds: 0, bad }]);
}

function suiteText(
  id: number,
  name: string,
  { start }: ReportModel,
  properties: readonly (readonly [string, string])[],
  cases: readonly Case[],
): string {
  const of = (element: string): number => cases.filter(({ bad }) => bad?.element === element).length;
  const attributes = {
    id,
    package: 'blackout',
    name: named(name),
    timestamp: start.startedAt.slice(0, 19),
    hostname: 'localhost',
    tests: cases.length,
    failures: of('failure'),
    errors: of('error'),
    time: seconds(cases.reduce((sum, each) => sum + each.seconds, 0)),
  };
  return [
    `  <testsuite${attributesText(attributes)}>`,
    '    <properties>',
    ...properties.map(([key, value]) => `      <property${attributesText({ name: key, value })}/>`),
    '    </properties>',
    ...cases.map((each) => caseText(name, each)),
    '    <system-out/>',
    '    <system-err/>',
    '  </testsuite>',
  ].join('\n');
}

/** One case for each broken invariant; one for all of them where none is known to be broken. */
function casesOf(run: RunModel): readonly Case[] {
  const time = run.elapsedMs / 1000;
  const whole = `${run.model}: every state converges`;
  if (run.verdict === 'converged') return [{ name: whole, seconds: time }];
  if (run.causes.length === 0) {
    const element = run.verdict === 'unknown' ? 'error' : 'failure';
    const message = run.reason ?? 'nobody knows why';
    return [{ name: whole, seconds: time, bad: { element, type: run.verdict, message, text: run.coverage } }];
  }
  const byInvariant = new Map<string, CauseReport[]>();
  for (const cause of run.causes) {
    byInvariant.set(cause.invariant, [...(byInvariant.get(cause.invariant) ?? []), cause]);
  }
  const told = [...byInvariant].map(([invariant, causes], i) => {
    const { outcome, message } = causes[0]!;
    const element = outcome === 'unknown' ? ('error' as const) : ('failure' as const);
    const text = causes.map(causeText).join('\n\n');
    const name = `${run.model}: ${invariant}`;
    return { name, seconds: i === 0 ? time : 0, bad: { element, type: outcome, message, text } };
  });
  const others = run.causes.flatMap(({ invariant, also = [] }) =>
    also
      .filter((claim) => !byInvariant.has(claim.invariant))
      .map((claim) => alsoCase(run.model, invariant, claim)),
  );
  return [...told, ...others];
}

/** A claim that is broken by what breaks another one, where the story is told. */
function alsoCase(model: string, by: string, claim: NonNullable<CauseReport['also']>[number]): Case {
  const { outcome, invariant, message, reproduce } = claim;
  const element = outcome === 'unknown' ? ('error' as const) : ('failure' as const);
  const text = `${escapeText(reproduce)}\n\nThe cause is that of: ${escapeText(by)}`;
  return { name: `${model}: ${invariant}`, seconds: 0, bad: { element, type: outcome, message, text } };
}

function causeText({ reproduce, story }: CauseReport): string {
  const window = { before: 12, pendingMax: 12, rowsMax: 12, width: 120 };
  return [escapeText(reproduce), '', ...storyText(story, window, painter(false))].join('\n');
}

function propertiesOf(
  runs: readonly RunModel[],
  { start }: ReportModel,
): readonly (readonly [string, string])[] {
  return [
    ['seed', String(start.seed)],
    ['commit', start.commit ? `${start.commit.hash}${start.commit.dirty ? ' with changes' : ''}` : 'unknown'],
    ['settings', start.settings.join(' ')],
    ...runs.flatMap((run): [string, string][] => [
      [`${run.model} coverage`, run.counts ? `${countsText(run)}; ${run.coverage}` : run.coverage],
      ...(run.convergence
        ? ([[`${run.model} convergence`, convergenceText(run.convergence)]] as [string, string][])
        : []),
    ]),
  ];
}

function caseText(suiteName: string, { name, seconds: time, bad }: Case): string {
  const attributes = attributesText({ classname: named(suiteName), name, time: seconds(time) });
  if (!bad) return `    <testcase${attributes}/>`;
  const { element, type, message, text } = bad;
  return [
    `    <testcase${attributes}>`,
    `      <${element}${attributesText({ type, message })}>${xmlLines(text)}</${element}>`,
    '    </testcase>',
  ].join('\n');
}

/** Readers want a name, and one that is not only space. */
function named(text: string): string {
  return text.trim() === '' ? '(no name)' : text;
}

function seconds(value: number): string {
  return value.toFixed(3);
}

function attributesText(attributes: Readonly<Record<string, string | number>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${xmlText(String(value))}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** On one line, and without what XML can't hold at all, which is not only control characters. */
function xmlText(text: string): string {
  return escapeText(text)
    .replace(/[\u{fffe}\u{ffff}]/gu, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`)
    .replace(/[&<>"']/g, (char) => ENTITIES[char]!);
}

function xmlLines(text: string): string {
  return text.split('\n').map(xmlText).join('\n');
}
