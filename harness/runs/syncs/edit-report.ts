import type { EditReport } from '../../../reports/schema/remedy.ts';
import { callsOf, type Candidate } from './candidates.ts';

/** An added sync as plain data. */
export function editReport(candidate: Candidate): EditReport {
  const { when, kind, target, sites } = candidate;
  const site = sites[0];
  return {
    places: [...(site?.places ?? [])],
    when,
    kind,
    target,
    path: site ? pathOf(candidate, [...site.paths][0]!, site.to) : '/',
    parts: sites.length === 0 ? ['recover'] : [...new Set(sites.map(({ part }) => part))],
    calls: callsOf(candidate),
  };
}

function pathOf({ target, kind }: Candidate, path: string, to: string | undefined): string {
  if (target === 'file') return path;
  const name = target === 'directory' && kind !== 'symlink' ? (to ?? path) : path;
  return name.slice(0, Math.max(1, name.lastIndexOf('/')));
}
