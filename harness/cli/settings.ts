import type { RunOptions } from './plan.ts';

/** The part of a command line that decides what is explored, in one order, whoever typed it. */
export function settingsOf(scenarios: readonly string[], options: RunOptions): string[] {
  const { model, tier, t, at, depth, seed, bail, exact, tree } = options;
  const values: readonly (readonly [string, string | number | undefined])[] = [
    ['--model', model?.join(',')],
    ['--tier', tier],
    ['--t', t],
    ['--at', at && `${at.from}..${Number.isFinite(at.to) ? at.to : ''}`],
    ['--depth', depth === Infinity ? 'any' : depth],
    ['--seed', seed],
    ['--bail', bail],
  ];
  return [
    ...scenarios,
    ...values.flatMap(([name, value]) => (value === undefined ? [] : [name, String(value)])),
    ...(exact ? ['--exact'] : []),
    ...(tree ?? []).flatMap((each) => ['--tree', each]),
  ];
}
