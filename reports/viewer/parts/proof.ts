import type { RunHead } from '../../html-data.ts';
import type { Proof } from '../../proof.ts';
import { deathsCount, deathsOf } from '../../claim.ts';
import { count, number } from '../../text.ts';
import { h, type Child } from '../dom.ts';
import { printPlace } from '../route.ts';
import { cutsText } from '../sentences.ts';
import { shown } from '../shown.ts';
import { depthBars } from './depth-bars.ts';

/** What a passing run has shown: how far it was looked, and what it takes to come back. Nothing of any other run. */
export function proofCard(run: RunHead): Child {
  const { proof } = run;
  if (!proof) return null;
  return h(
    'section',
    { class: 'card proof', 'aria-labelledby': 'proof-title' },
    h('h2', { id: 'proof-title' }, 'What was proved ', h('span', { class: 'note' }, `under ${run.model}`)),
    h('p', { class: 'claim' }, shown(proof.claim)),
    h(
      'div',
      { class: 'pair' },
      h(
        'div',
        {},
        h('h3', {}, `States, by the fewest ${deathsOf(run.plan)} that lead there`),
        depthBars(run, proof),
      ),
      h(
        'div',
        {},
        h('h3', {}, 'What came nearest to failing'),
        h('ul', { class: 'nearest' }, nearest(run, proof)),
      ),
    ),
    h(
      'dl',
      { class: 'facts-row' },
      facts(run).map(([term, text]) => h('div', {}, h('dt', {}, term), h('dd', {}, text))),
    ),
  );
}

function facts({ counts, convergence }: RunHead): (readonly [string, Child])[] {
  const { exhaustive, bounded, verified, states } = counts!;
  const points = exhaustive + bounded;
  return [
    [
      'recovered and checked',
      verified === states
        ? `all ${count(states, 'state')}`
        : `${number(verified)} of ${count(states, 'state')}`,
    ],
    [
      'crash points, of all lives, with every survival',
      bounded === 0 ? `all ${number(points)}` : `${number(exhaustive)} of ${number(points)}`,
    ],
    [
      'shortest uptime',
      !convergence
        ? 'not known'
        : convergence.minimumUptime === 0
          ? 'none'
          : `${count(convergence.minimumUptime, 'op')} per life`,
    ],
    ...(convergence ? [['work at most', `${convergence.workAmplification.toFixed(1)} ×`] as const] : []),
  ];
}

/** Only what the graph holds: what a state needs to come back, never how wrong it nearly was. */
function nearest(run: RunHead, { longest, furthest, mostCuts, uptimeMax }: Proof): Child[] {
  const { convergence, convergenceNote, plan } = run;
  const rows: Child[] = [];
  if (!convergence) {
    rows.push([
      'How short lives may be is not known: ',
      shown(convergenceNote ?? 'nothing was said of it'),
      '.',
    ]);
  } else if (convergence.minimumUptime === 0) {
    rows.push('None: however short its lives are, no endless story of cuts exists.');
  } else {
    rows.push(circleRow(run, convergence));
    if (mostCuts && mostCuts.cuts > 0) rows.push(mostCutsRow(run, mostCuts, convergence.minimumUptime));
  }
  if (convergence && uptimeMax !== null) {
    const left = uptimeMax - convergence.minimumUptime;
    rows.push(`The scenario allows a minimum uptime of ${count(uptimeMax, 'op')}: ${number(left)} to spare.`);
  }
  if (longest && longest.ops > 0) {
    rows.push(['Longest on its way back: ', stateLink(run, longest.state), `, ${count(longest.ops, 'op')}.`]);
  }
  if (furthest) {
    const others = furthest.all > 1 ? `, and ${number(furthest.all - 1)} more as far` : '';
    const way = cutsText(furthest.cuts, furthest.killed);
    const how = furthest.killed[0] ? 'killed' : 'cut';
    rows.push(
      furthest.cuts.length === 0
        ? ['Furthest: ', stateLink(run, furthest.state), `, by failing calls alone${others}.`]
        : [
            `Furthest, ${deathsCount(furthest.cuts.length, plan)} away: `,
            stateLink(run, furthest.state),
            `, ${how} ${way}${others}.`,
          ],
    );
  }
  return rows.map((row) => h('li', {}, row));
}

/** States of one circle that are named before the rest is a number. */
const CIRCLE_MAX = 6;

function circleRow(run: RunHead, { circle, minimumUptime }: NonNullable<RunHead['convergence']>): Child {
  const need = `Each life must last ${count(minimumUptime, 'op')}`;
  if (minimumUptime === 1) return `${need}, no more: then no endless story of cuts exists.`;
  const states = circle.slice(0, CIRCLE_MAX).map(({ state }) => stateLink(run, state));
  const more = circle.length > CIRCLE_MAX ? `, and ${number(circle.length - CIRCLE_MAX)} more` : '';
  return [
    `${need}. With one less, cuts could go round for ever through `,
    states.map((link, i) => [i > 0 && ', ', link]),
    `${more}.`,
  ];
}

function mostCutsRow(
  run: RunHead,
  { cuts, states, all }: NonNullable<Proof['mostCuts']>,
  uptime: number,
): Child {
  const more = all > states.length ? `, and ${number(all - states.length)} more` : '';
  return [
    `With lives of ${count(uptime, 'op')}, what can still be cut most often on its way back, ${count(cuts, 'time')}: `,
    states.map((state, i) => [i > 0 && ', ', stateLink(run, state)]),
    `${more}.`,
  ];
}

function stateLink({ scenario, model }: RunHead, state: number): HTMLElement {
  return h('a', { href: printPlace({ page: 'states', scenario, model, state }) }, `state ${state}`);
}
