import type { PlanReport } from './schema/run.ts';

/** How a call fails, in a word or two: `EIO`, `ENOSPC that lasts`. */
export function faultName(kind: string): string {
  if (kind === 'short') return 'a short write';
  const lasts = kind.endsWith('-lasting');
  const code = kind.replace('-lasting', '').toUpperCase();
  return lasts ? `${code} that lasts` : code;
}

/** ` and one failing call (EIO or ENOSPC, anywhere)`, as a part of what leads to states; empty if none fails. */
export function faultsText({ faults = [], faultCount = 1 }: PlanReport): string {
  if (faults.length === 0) return '';
  const names = faults.map(faultName);
  const kinds = names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} or ${names.at(-1)!}`;
  const calls = faultCount === 1 ? 'one failing call' : `at most ${faultCount} failing calls`;
  return ` and ${calls} (${kinds}, anywhere)`;
}
