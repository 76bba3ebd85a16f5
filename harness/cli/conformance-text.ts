import type { ScriptLife } from '../disk/script-life.ts';
import { scriptOpText } from '../disk/script-text.ts';
import type { NodeJson, TreeJson } from '../disk/tree-json.ts';
import type { Comparison, Forbidden } from '../conformance/compare.ts';
import { explain } from '../conformance/explain.ts';
import type { Workload } from '../conformance/observations.ts';
import { SURPLUS_REASONS, type SurplusKind } from '../conformance/surplus.ts';
import type { Paint } from '../../reports/paint.ts';
import { count, escapeText } from '../../reports/text.ts';

/** A file system held against a model, workload by workload. */
export interface Held {
  readonly fileSystem: string;
  readonly model: string;
  readonly comparisons: readonly Comparison[];
}

export interface TextOptions {
  readonly paint: Paint;
  /** Name each surplus state. */
  readonly listSurplus: boolean;
}

type Lives = ReadonlyMap<Workload, ScriptLife>;

/** What `conformance` prints. */
export function conformanceText(held: readonly Held[], lives: Lives, options: TextOptions): string {
  const lines = [
    ...tableLines(held, [...lives.keys()], options.paint),
    '',
    ...legendLines([...lives.keys()], options.paint),
  ];
  for (const each of held) lines.push(...forbiddenLines(each, lives, options.paint));
  lines.push(...surplusLines(held, options));
  lines.push(...totalLines(held, options.paint));
  return `${lines.join('\n')}\n`;
}

/** Rows are workloads; a cell is how many states were observed, and how many the model allows. */
function tableLines(held: readonly Held[], workloads: readonly Workload[], paint: Paint): string[] {
  const heads = held.map(({ fileSystem, model }) => [fileSystem, `by ${model}`] as const);
  const rows = workloads.map((workload) => ({
    name: workload.name,
    cells: held.map(({ comparisons }) => cell(comparisons.find((each) => each.workload === workload.name))),
  }));
  const first = Math.max(...rows.map(({ name }) => name.length), 8);
  const widths = held.map((_, i) =>
    Math.max(...heads[i]!.map((text) => text.length), ...rows.map(({ cells }) => cells[i]!.length)),
  );
  const line = (name: string, cells: readonly string[]): string =>
    `${escapeText(name).padEnd(first)}  ${cells.map((text, i) => text.padStart(widths[i]!)).join('  ')}`.trimEnd();
  return [
    'States observed and allowed, each counted once a workload; ✗ marks observed states that the model forbids.',
    '',
    paint(
      'bold',
      line(
        '',
        heads.map(([name]) => name),
      ),
    ),
    paint(
      'bold',
      line(
        'workload',
        heads.map(([, model]) => model),
      ),
    ),
    ...rows.map(({ name, cells }) => line(name, cells)),
    line(
      'all',
      held.map(({ comparisons }) => totals(comparisons)),
    ),
    line(
      'ratio',
      held.map(({ comparisons }) => ratio(comparisons).toFixed(2)),
    ),
  ];
}

/** More workloads than this are random ones: their ops would be pages. */
const LEGEND_MAX = 64;

/** What each workload does, in its own words or op by op: their names say nothing. */
function legendLines(workloads: readonly Workload[], paint: Paint): string[] {
  if (workloads.length > LEGEND_MAX) return [];
  const width = Math.max(...workloads.map(({ name }) => name.length));
  return [
    paint('bold', 'What the workloads do:'),
    ...workloads.map(({ name, description, script: { ops } }) => {
      const what = description === '' ? ops.map(scriptOpText).join('; ') : description;
      return `  ${escapeText(name).padEnd(width)}  ${escapeText(what)}`;
    }),
    '',
  ];
}

function cell(comparison: Comparison | undefined): string {
  if (!comparison) return '-';
  const { observed, allowed, forbidden, undecided } = comparison;
  const bad = forbidden.length > 0 ? `✗${new Set(forbidden.map(({ tree }) => tree)).size} ` : '';
  return `${bad}${undecided.length > 0 ? '? ' : ''}${observed} / ${allowed}`;
}

function sum(comparisons: readonly Comparison[], of: (each: Comparison) => number): number {
  return comparisons.reduce((total, each) => total + of(each), 0);
}

function totals(comparisons: readonly Comparison[]): string {
  return `${sum(comparisons, (each) => each.observed)} / ${sum(comparisons, (each) => each.allowed)}`;
}

/** How many times as many states the model allows as were observed. */
function ratio(comparisons: readonly Comparison[]): number {
  return (
    sum(comparisons, (each) => each.allowed) /
    Math.max(
      1,
      sum(comparisons, (each) => each.observed),
    )
  );
}

/** Each forbidden state, and what would have led to it. */
export function forbiddenLines(
  { fileSystem, model, comparisons }: Held,
  lives: Lives,
  paint: Paint,
): string[] {
  const lines: string[] = [];
  for (const comparison of comparisons) {
    const [workload, life] = [...lives].find(([{ name }]) => name === comparison.workload)!;
    for (const forbidden of comparison.forbidden) {
      const times = count(forbidden.seen, 'time');
      lines.push(
        paint(
          'bad',
          `FORBIDDEN by ${model}: ${fileSystem}, ${escapeText(workload.name)} (${escapeText(workload.description)})`,
        ),
        `  seen ${times} ${placeOf(forbidden)}: ${treeText(forbidden.tree)}`,
        ...wayTo(forbidden, workload, life).map((line) => `  ${line}`),
        '',
      );
    }
    for (const { tree, point } of comparison.undecided) {
      lines.push(
        paint(
          'unsure',
          `UNKNOWN: ${fileSystem}, ${escapeText(workload.name)} at ${point.name}: ${treeText(tree)}`,
        ),
        `  ${model} has too many states there to make them all`,
        '',
      );
    }
  }
  return lines;
}

function placeOf({ point }: Forbidden): string {
  return point.during ? `during op ${point.at}` : `after op ${point.at}`;
}

/** The operations that would lead to a state, if nothing forbade it. */
function wayTo({ tree, point }: Forbidden, { script }: Workload, life: ScriptLife): string[] {
  const explanation = explain(life, life.journalled[point.at]!, tree);
  if (explanation === 'too many') return ['these ops have too many effects to try which of them lead there'];
  if (!explanation) return ['no choice among the effects of these ops leads there'];
  const lines = explanation.ops.map(({ index, kept, of }) => {
    const at = life.journalled.findIndex((length) => length >= index);
    const fate =
      kept === of ? 'survives' : kept === 0 ? 'is lost' : `survives in part (${kept} of ${of} effects)`;
    return `op ${at}  ${escapeText(scriptOpText(script.ops[at - 1]!))}: ${fate}`;
  });
  return ['it would come about if of the ops that had been done', ...lines.map((line) => `  ${line}`)];
}

/** How many states of which kind each model has too many, and then what the kinds mean. */
function surplusLines(held: readonly Held[], { paint, listSurplus }: TextOptions): string[] {
  const lines = [paint('bold', 'States that a model allows and no kernel showed:')];
  const kinds = new Set<SurplusKind>();
  for (const { fileSystem, model, comparisons } of held) {
    const all = comparisons.flatMap(({ workload, surplus }) =>
      surplus.map((each) => ({ ...each, workload })),
    );
    const counts = KINDS.map((kind) => [kind, all.filter((each) => each.kind === kind).length] as const);
    const some = counts.filter(([, times]) => times > 0);
    for (const [kind] of some) kinds.add(kind);
    const parts = some.map(([kind, times]) => `${times} ${kind}`);
    lines.push(`  ${fileSystem} by ${model}: ${parts.join(', ') || 'none'}`);
    if (!listSurplus) continue;
    lines.push(
      ...all.map(({ kind, workload, tree }) => `    ${kind}  ${escapeText(workload)}  ${treeText(tree)}`),
    );
  }
  const reasons = KINDS.filter((kind) => kinds.has(kind)).map(
    (kind) => `  ${kind}: ${SURPLUS_REASONS[kind]}.`,
  );
  return [...lines, ...reasons.map((line) => paint('dim', line)), ''];
}

const KINDS = Object.keys(SURPLUS_REASONS) as SurplusKind[];

function totalLines(held: readonly Held[], paint: Paint): string[] {
  const all = held.flatMap(({ comparisons }) => comparisons);
  const forbidden = sum(all, (each) => each.forbidden.length);
  const undecided = sum(all, (each) => each.undecided.length);
  if (forbidden > 0) return [paint('bad', `NOT SOUND  ${count(forbidden, 'observation')} forbidden`)];
  if (undecided > 0) return [paint('unsure', `UNKNOWN  ${count(undecided, 'observation')} not decided`)];
  const fileSystems = count(new Set(held.map(({ fileSystem }) => fileSystem)).size, 'file system');
  const workloads = count(new Set(all.map(({ workload }) => workload)).size, 'workload');
  const seen = count(
    sum(all, (each) => each.observations),
    'observation',
  );
  return [paint('good', `SOUND  no observed state is forbidden: ${workloads} on ${fileSystems}, ${seen}`)];
}

/** A tree on one line: `f 8192 [o*4096 n*4096], d/, l -> t`. */
export function treeText(tree: TreeJson): string {
  const nodes = Object.entries(tree).map(([path, node]) => `${escapeText(path)}${nodeText(node)}`);
  return nodes.length === 0 ? 'an empty disk' : nodes.join(', ');
}

function nodeText(node: NodeJson): string {
  switch (node.type) {
    case 'dir':
      return '/';
    case 'symlink':
      return ` -> ${escapeText(node.target)}`;
    default: {
      const links = node.sameInodeAs === undefined ? '' : ` = ${escapeText(node.sameInodeAs)}`;
      return ` ${node.size} [${escapeText(node.content)}]${links}`;
    }
  }
}

/** The same for programs. */
export function conformanceJson(held: readonly Held[]): string {
  const runs = held.map(({ fileSystem, model, comparisons }) => ({
    fileSystem,
    model,
    sound: comparisons.every(({ forbidden }) => forbidden.length === 0),
    observed: sum(comparisons, (each) => each.observed),
    allowed: sum(comparisons, (each) => each.allowed),
    ratio: ratio(comparisons),
    workloads: comparisons.map(({ workload, observed, allowed, forbidden, undecided, surplus }) => ({
      workload,
      observed,
      allowed,
      forbidden: forbidden.map(({ point, tree, seen }) => ({ crashPoint: point.name, seen, tree })),
      undecided: undecided.map(({ point, tree, seen }) => ({ crashPoint: point.name, seen, tree })),
      surplus,
    })),
  }));
  return `${JSON.stringify({ runs, surplusReasons: SURPLUS_REASONS }, undefined, 1)}\n`;
}
