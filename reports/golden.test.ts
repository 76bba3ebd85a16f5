import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { lineSchema } from './events.ts';
import { foldEvents } from './model.ts';
import { jsonReport } from './json.ts';
import { reportSchema } from './schema/report.ts';
import { sampleEvents, writtenBy } from './testing/sample.ts';

/** What writers make of one recorded run. After a change that is meant: `npx vitest run reports/golden.test.ts -u`. */
describe('of the recorded run', () => {
  const events = sampleEvents();

  it('the terminal shows what it is known to show', async () => {
    const { printed } = await writtenBy('terminal', events);
    await expect(printed).toMatchFileSnapshot('testing/golden/terminal.txt');
  });

  it('the Markdown is what it is known to be', async () => {
    const { files } = await writtenBy('markdown', events);
    await expect(files.get('report.md')).toMatchFileSnapshot('testing/golden/report.md');
  });

  it('the JUnit file is what it is known to be', async () => {
    const { files } = await writtenBy('junit', events);
    await expect(files.get('junit.xml')).toMatchFileSnapshot('testing/golden/junit.xml');
  });

  it('GitHub is told what it is known to be told, and the summary is the Markdown', async () => {
    const { printed, files } = await writtenBy('github', events);
    await expect(printed).toMatchFileSnapshot('testing/golden/github.txt');
    const markdown = await writtenBy('markdown', events);
    expect(files.get('summary.md')).toBe(markdown.files.get('report.md'));
  });

  it('report.json keeps to its schema, and holds what the model holds', () => {
    const model = foldEvents(events);
    const report = reportSchema.parse(JSON.parse(jsonReport(model)));
    expect(report.runs.map((run) => [run.scenario, run.model, run.verdict, run.counts])).toEqual(
      model.runs.map((run) => [run.scenario, run.model, run.verdict, run.counts]),
    );
    expect(report.runs.flatMap((run) => run.causes)).toEqual(model.runs.flatMap((run) => run.causes));
    expect(report).toMatchObject({ verdict: 'counterexample', schemaVersion: 2, damage: [] });
  });
});

describe('the published JSON Schema', () => {
  it('of a line of events is current', async () => {
    const schema = z.toJSONSchema(lineSchema, { target: 'draft-2020-12' });
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot('events.schema.json');
  });
});
