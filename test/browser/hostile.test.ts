import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../reports/events.ts';
import { foldEvents, type ReportModel } from '../../reports/model.ts';
import { UNSAFE, escapeText } from '../../reports/text.ts';
import { noBrowser, Reports } from './browser.ts';
import { recordedEvents } from './models.ts';

/** What others have fallen for: a file may be called so, or hold it. */
const KNOWN = [
  '<script>globalThis.harmed = true</script>',
  '"><img src=x onerror="globalThis.harmed = true">',
  '</template></script><script>globalThis.harmed = true</script><!--',
  'javascript:globalThis.harmed=true',
  'two\nlines\r\n\ttab',
  'evil\u202etxt.exe \u2066hidden\u2069',
  'half \ud800 pair',
  'a'.repeat(4096),
  '\u0000\u001b[2J\u009b31m',
  '${harmed} {{harmed}} %s %00 &lt;b&gt; &#60;',
];

const hostile = fc.string({ unit: 'binary', minLength: 1, maxLength: 80 });

const codeOfLines = `[...document.querySelectorAll('#app code.lines')].map((each) => each.textContent).join('\\n')`;

const textBesideCode = `(() => {
  const app = document.getElementById('app').cloneNode(true);
  for (const each of app.querySelectorAll('code.lines')) each.remove();
  return app.textContent;
})()`;

if (noBrowser) it.skip(`shows hostile text as what it is (skipped: ${noBrowser})`);

describe.skipIf(noBrowser !== undefined)('hostile text in the HTML report', () => {
  let reports: Reports;

  beforeAll(async () => {
    reports = await Reports.start();
  });
  afterAll(async () => await reports?.close());

  it('is shown as what it is, on every page, and breaks nothing', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        const address = await reports.write('hostile', saying(text));
        const { page, requests, complaints } = await reports.open(address);
        const first = escapeText(text.slice(0, 60));
        for (const place of ['', '#/burp-ordering/posix/cut/16', '#/burp-ordering/posix/states/356']) {
          await page.goto(address + place);
          await page.locator('main [role="status"]').waitFor({ state: 'detached' });
          const seen = (await page.evaluate(textBesideCode)) as string;
          expect(seen).toContain(first);
          expect(seen.match(UNSAFE)).toBe(null);
          // Code to be pasted keeps its line ends, and nothing else that is unsafe.
          const code = (await page.evaluate(codeOfLines)) as string;
          expect(code.replaceAll('\n', '').match(UNSAFE)).toBe(null);
          // Nothing that it brought has become an element.
          expect(await page.locator('main img, main script, main b b').count()).toBe(0);
        }
        expect(await page.evaluate('globalThis.harmed')).toBe(undefined);
        expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
        await page.close();
      }),
      { numRuns: KNOWN.length + 5, examples: KNOWN.map((text) => [text]) },
    );
  });
});

/** The recorded failure, with a text wherever a program or a disk might have put one. */
function saying(text: string): ReportModel {
  return foldEvents(
    recordedEvents().map((event): RunEvent => {
      switch (event.type) {
        case 'life':
          return {
            ...event,
            ops: event.ops.map((op) => ({ ...op, text, path: text })),
            phases: [{ from: 3, name: text }],
          };
        case 'failures':
          return { ...event, verdicts: event.verdicts.map(() => [{ invariant: text, message: text }]) };
        case 'cause':
          return { ...event, ...told(event, text) };
        default:
          return event;
      }
    }),
  );
}

function told(cause: Extract<RunEvent, { type: 'cause' }>, text: string): Partial<typeof cause> {
  const { story } = cause;
  const lives = story.lives.map((life) => ({
    ...life,
    ops: life.ops.map((op) => ({ ...op, text, path: text, phase: text })),
    acknowledged: [{ what: text, after: 2 }],
    tree: life.tree.map((row) => ({
      ...row,
      path: `${text}${row.path}`,
      disk: row.disk && { ...row.disk, text },
    })),
  }));
  return {
    invariant: text,
    message: text,
    reproduce: text,
    vitest: text,
    fastCheck: text,
    story: {
      ...story,
      lives,
      findings: [{ invariant: text, message: text }],
      recovery: { ...story.recovery, ending: text },
    },
  };
}
