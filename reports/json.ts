import type { ReportModel } from './model.ts';
import type { Report } from './schema/report.ts';
import type { WriterKind } from './writer.ts';

/** The report as the text of `report.json`: see `schema/report.ts`. */
export function jsonReport(model: ReportModel): string {
  const { start, verdict, interrupted, elapsedMs, peakMemory, runs, damage } = model;
  const { type: _, ...header } = start;
  const report: Report = {
    ...header,
    verdict,
    interrupted,
    elapsedMs,
    ...(peakMemory === undefined ? {} : { peakMemory }),
    damage: [...damage],
    runs: runs.map(({ graph: __, told: ___, ...run }) => ({
      ...run,
      syncs: [...run.syncs],
      causes: [...run.causes],
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** `report.json`: for programs that want results, and not the graph of states. */
export const json: WriterKind = {
  summary: 'report.json: all results, without the graph of states',
  make: (context) => ({
    end: async (model) => await context.write('report.json', jsonReport(model)),
  }),
};
