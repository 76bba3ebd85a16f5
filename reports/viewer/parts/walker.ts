import { MAIN_LIFE, type StateGraphModel } from '../../state-graph.ts';
import { count } from '../../text.ts';
import { h, type Child } from '../dom.ts';
import { OUTCOMES, outcomeOf } from '../outcomes.ts';
import { outcomeBadge, stateList } from './state-list.ts';

export interface WalkerProps {
  readonly graph: StateGraphModel;
  /** Where one stands; undefined is the main life. */
  readonly here: number | undefined;
  readonly href: (state: number | undefined) => string;
  /** The text of an op of the life that is cut, where the report has it: that of the main life. */
  readonly opText: (index: number) => string | undefined;
}

/** Crash points of one life that leave the same states. */
interface Stop {
  readonly from: number;
  readonly to: number;
  readonly configuration: number;
  readonly promise?: 'before' | 'after';
}

/**
 * Where a cut of this life leads: crash points on the left, the states that one leaves on the right. Up and down choose,
 * right goes on to the states, Enter goes there, left comes back, and Backspace goes to where this state comes from.
 */
export function walker(props: WalkerProps): HTMLElement {
  const { graph, here, href } = props;
  const stops = stopsOf(graph, here ?? MAIN_LIFE);
  if (stops.length === 0) return h('p', { class: 'note' }, 'The recovery of this state was not cut.');
  const right = h('div', { class: 'walk-states' });
  const worst = worstOf(graph);
  const buttons = stops.map((stop) => {
    const button = h(
      'button',
      { type: 'button', 'aria-pressed': 'false' },
      outcomeBadge(worst(stop.configuration)),
      ` ${pointsText(stop)}`,
    );
    button.addEventListener('click', () => choose(button, stop));
    return button;
  });
  const choose = (button: HTMLElement, stop: Stop): void => {
    for (const each of buttons) each.setAttribute('aria-pressed', String(each === button));
    const states = [...graph.leavesOf(stop.configuration)];
    const text = props.opText(stop.from);
    right.replaceChildren(
      h(
        'p',
        { class: 'note' },
        `A cut ${pointsText(stop)} can leave ${count(states.length, 'state')}${graph.isExhaustive(stop.configuration) ? '' : ' (of those that were looked at)'}`,
        text !== undefined && `: ${text}`,
      ),
      stateList(graph, states, href),
    );
  };
  const left = h('div', { class: 'walk-points', role: 'group', 'aria-label': 'Crash points' }, buttons);
  const box = h('div', { class: 'walk' }, left, right);
  const start = worstStop(stops, worst);
  choose(buttons[start]!, stops[start]!);
  box.addEventListener('keydown', (event) => walk(event, box, () => back(props)));
  return box;
}

/** The first of the crash points that leave the worst. */
function worstStop(stops: readonly Stop[], worst: (configuration: number) => string): number {
  const ranks = stops.map((stop) => badness(worst(stop.configuration)));
  return ranks.indexOf(Math.max(...ranks));
}

/** Takes the keyboard to the chosen crash point, and that into view in its own list. */
export function focusWalker(root: HTMLElement): void {
  const chosen = root.querySelector<HTMLElement>('.walk-points [aria-pressed="true"]');
  const list = chosen?.parentElement;
  if (!chosen || !list) return;
  list.scrollTop = chosen.offsetTop - list.offsetTop - list.clientHeight / 2;
  if (document.activeElement === document.getElementById('main')) chosen.focus({ preventScroll: true });
}

function back({ graph, here, href }: WalkerProps): void {
  if (here === undefined) return;
  const parent = graph.parents[here]!;
  location.hash = href(parent < 0 ? undefined : parent);
}

function walk(event: KeyboardEvent, box: HTMLElement, goBack: () => void): void {
  const points = [...box.querySelectorAll<HTMLElement>('.walk-points button')];
  const states = [...box.querySelectorAll<HTMLElement>('.walk-states a')];
  const at = document.activeElement as HTMLElement;
  const list = points.includes(at) ? points : states;
  const moves: Readonly<Record<string, () => void>> = {
    ArrowDown: () => list[Math.min(list.length - 1, list.indexOf(at) + 1)]?.focus(),
    ArrowUp: () => list[Math.max(0, list.indexOf(at) - 1)]?.focus(),
    ArrowRight: () => {
      if (list === points) at.click();
      box.querySelector<HTMLElement>('.walk-states a')?.focus();
    },
    ArrowLeft: () =>
      (points.find((each) => each.getAttribute('aria-pressed') === 'true') ?? points[0])?.focus(),
    Backspace: goBack,
  };
  const move = moves[event.key];
  if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  move();
}

function pointsText({ from, to, promise }: Stop): string {
  const where =
    from === to ? (from === 0 ? 'before op 1' : `after op ${from}`) : `after ops ${from} to ${to}`;
  return promise === undefined ? where : `${where}, ${promise} what is promised there`;
}

function stopsOf(graph: StateGraphModel, life: number): readonly Stop[] {
  const stops: Stop[] = [];
  for (const { at, configuration } of graph.steps(life)) {
    const last = stops.at(-1);
    if (last?.configuration === configuration) stops[stops.length - 1] = { ...last, to: at };
    else stops.push({ from: at, to: at, configuration });
  }
  // Where something is promised right after an op, the power may go between the two: that is the same point twice.
  return stops.map((stop, i) => {
    if (stops[i + 1]?.from === stop.to) return { ...stop, promise: 'before' };
    return stops[i - 1]?.to === stop.from ? { ...stop, promise: 'after' } : stop;
  });
}

function badness(glyph: string): number {
  const outcome = outcomeOf(glyph);
  return outcome === undefined ? -1 : OUTCOMES.indexOf(outcome);
}

/** The glyph of the worst state that a configuration leaves, each configuration looked at once. */
function worstOf(graph: StateGraphModel): (configuration: number) => string {
  const known = new Map<number, string>();
  return (configuration) => {
    const chain: number[] = [];
    let at = configuration;
    for (; at >= 0 && !known.has(at); at = graph.base(at)) chain.push(at);
    let worst = at < 0 ? ' ' : known.get(at)!;
    for (const each of chain.reverse()) {
      for (const state of graph.members(each)) {
        const glyph = graph.outcomes[state] ?? ' ';
        if (badness(glyph) > badness(worst)) worst = glyph;
      }
      known.set(each, worst);
    }
    const killed = graph.outcomes[graph.killedAt(configuration) ?? -1] ?? ' ';
    return badness(killed) > badness(worst) ? killed : worst;
  };
}

/** All states that cuts of a life, and failing calls in it, lead to. */
export function nextStates(graph: StateGraphModel, here: number | undefined): ReadonlySet<number> {
  const next = new Set<number>();
  const seen = new Set<number>();
  for (const { configuration } of graph.steps(here ?? MAIN_LIFE)) {
    const killed = graph.killedAt(configuration);
    if (killed !== undefined) next.add(killed);
    for (let at = configuration; at >= 0 && !seen.has(at); at = graph.base(at)) {
      seen.add(at);
      for (const state of graph.members(at)) next.add(state);
    }
  }
  for (const state of graph.branches.get(here ?? MAIN_LIFE) ?? []) next.add(state);
  return next;
}

/**
 * The shortest way here, as links.
 *
 * @param cutHref where a crash point of the main life is told of
 */
export function wayLinks(
  graph: StateGraphModel,
  way: readonly number[],
  href: WalkerProps['href'],
  cutHref: (at: number) => string,
): Child {
  return h(
    'ol',
    { class: 'way' },
    h('li', {}, h('a', { href: href(undefined) }, 'main life')),
    way.map((state, i) => {
      const ends = graph.killed.has(state) ? 'killed' : 'cut';
      const cut = `${graph.state(state).branch ? 'a call fails' : ends} after op ${graph.cuts[state]}`;
      return h(
        'li',
        {},
        h(
          'span',
          { class: 'note' },
          '⚡ ',
          i === 0 ? h('a', { href: cutHref(graph.cuts[state]!) }, cut) : cut,
          ' → ',
        ),
        h('a', { href: href(state) }, outcomeBadge(graph.outcomes[state]), ` state ${state}`),
      );
    }),
  );
}
