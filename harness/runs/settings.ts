import type { RunOptions } from './plan.ts';

/** The part of a command line that decides what is explored, in one order, whoever typed it. */
export function settingsOf(scenarios: readonly string[], options: RunOptions): string[] {
  const { model, tier, accept, t, cap, deaths, kills, at, depth, seed, bail, exact, tree, volume } = options;
  const { faults, faultCount, orders, states } = options;
  const values: readonly (readonly [string, string | number | undefined])[] = [
    ['--model', model?.join(',')],
    ['--tier', tier],
    ['--accept', accept],
    ['--t', t],
    ['--cap', cap],
    ['--deaths', deaths?.join(',')],
    ['--kills', kills],
    ['--faults', faults && (faults.join(',') || 'none')],
    ['--fault-count', faultCount],
    ['--orders', orders],
    ['--at', at && `${at.from}..${Number.isFinite(at.to) ? at.to : ''}`],
    ['--depth', depth === Infinity ? 'any' : depth],
    ['--states', states],
    ['--seed', seed],
    ['--bail', bail],
  ];
  return [
    ...scenarios,
    ...values.flatMap(([name, value]) => (value === undefined ? [] : [name, String(value)])),
    ...(exact ? ['--exact'] : []),
    ...(volume ?? []).flatMap((each) => ['--volume', each]),
    ...(tree ?? []).flatMap((each) => ['--tree', each]),
  ];
}
