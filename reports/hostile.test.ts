import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from './events.ts';
import { readEvents } from './read-events.ts';
import { reportSchema } from './schema/report.ts';
import { hostileText, withTexts } from './testing/hostile.ts';
import { sampleEvents, writtenBy } from './testing/sample.ts';

/**
 * File names, contents and messages come from programs and from disks that a crash left. Whatever they hold, it is
 * shown as what it is, and does nothing.
 */
const small = sampleEvents().filter((event) => !('run' in event) || event.run === 5);

const hostileTexts = fc.array(hostileText, { minLength: 1, maxLength: 12 });

/** The recorded events with the texts used in turn, so that many places have the same ones and many have others. */
function withHostile(texts: readonly string[]): RunEvent[] {
  let at = 0;
  return withTexts(small, () => texts[at++ % texts.length]!);
}

const RUNS = { numRuns: 40 };

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/;

describe('hostile text', () => {
  it('moves no cursor, changes no colour and turns no direction on a terminal', async () => {
    await fc.assert(
      fc.asyncProperty(hostileTexts, async (texts) => {
        const events = withHostile(texts);
        const { printed } = await writtenBy('terminal', events);
        expect(printed).not.toMatch(CONTROL);
        const coloured = await writtenBy('terminal', events, { colour: true });
        expect(stripVTControlCharacters(coloured.printed)).toBe(printed);
      }),
      RUNS,
    );
  });

  it('gives GitHub no command of its own', async () => {
    await fc.assert(
      fc.asyncProperty(hostileTexts, async (texts) => {
        const events = withHostile(texts);
        const { printed } = await writtenBy('github', events);
        const lines = printed.split('\n').filter((line) => line !== '');
        const fair = await writtenBy('github', small);
        expect(lines).toHaveLength(fair.printed.split('\n').filter((line) => line !== '').length);
        for (const line of lines) {
          expect(line).toMatch(
            /^::(error|warning) (?:file=(?:[^%:,]|%25|%3A|%2C)*,line=\d+,col=\d+,)?title=(?:[^%:,]|%25|%3A|%2C)*::(?:[^%]|%25|%0A)*$/u,
          );
          expect(line).not.toMatch(CONTROL);
        }
      }),
      RUNS,
    );
  });

  it('is no markup in Markdown', async () => {
    await fc.assert(
      fc.asyncProperty(hostileTexts, async (texts) => {
        const events = withHostile(texts);
        const { files } = await writtenBy('markdown', events);
        const text = files.get('report.md')!;
        expect(text).not.toMatch(CONTROL);
        // What is left without code is the writer's own, whatever the texts were.
        expect(skeleton(text)).toBe(
          skeleton((await writtenBy('markdown', events.map(plainly))).files.get('report.md')!),
        );
      }),
      RUNS,
    );
  });

  it('leaves JUnit well-formed, and is in it as it is on a terminal', async () => {
    await fc.assert(
      fc.asyncProperty(hostileTexts, async (texts) => {
        const events = withHostile(texts);
        const { files } = await writtenBy('junit', events);
        const xml = files.get('junit.xml')!;
        expect(xml).not.toMatch(CONTROL);
        expect(xml).not.toMatch(/\p{Cs}|[\ufffe\uffff]/u);
        expect(tags(xml)).toEqual(
          tags((await writtenBy('junit', events.map(plainly))).files.get('junit.xml')!),
        );
      }),
      RUNS,
    );
  });

  it('comes back from report.json and from the events as it went in', async () => {
    await fc.assert(
      fc.asyncProperty(hostileTexts, async (texts) => {
        const events = withHostile(texts);
        const { files } = await writtenBy('json', events);
        const report = reportSchema.parse(JSON.parse(files.get('report.json')!));
        const ends = events.flatMap((event) => (event.type === 'run-end' ? [event.reason] : []));
        expect(report.runs.map((run) => run.reason)).toEqual(ends);
        const lines = events.map((event) => JSON.stringify(event)).join('\n');
        expect(readEvents(Buffer.from(`${lines}\n`)).events).toEqual(events);
      }),
      RUNS,
    );
  });
});

const xmllint = ((): boolean => {
  try {
    execFileSync('xmllint', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!xmllint)(
  'JUnit files, by xmllint (Debian: libxml2-utils; skipped where it is not there)',
  () => {
    const schema = fileURLToPath(new URL('testing/junit.xsd', import.meta.url));

    function validate(xml: string): void {
      const directory = mkdtempSync(join(tmpdir(), 'blackout-junit-'));
      try {
        const file = join(directory, 'junit.xml');
        writeFileSync(file, xml);
        execFileSync('xmllint', ['--noout', '--schema', schema, file], { stdio: 'pipe' });
      } finally {
        rmSync(directory, { recursive: true });
      }
    }

    it('keep to the common schema, of the recorded run and of hostile ones', async () => {
      validate((await writtenBy('junit', sampleEvents())).files.get('junit.xml')!);
      for (const texts of fc.sample(hostileTexts, { numRuns: 8, seed: 1 })) {
        validate((await writtenBy('junit', withHostile(texts))).files.get('junit.xml')!);
      }
    });

    it('would be refused if they did not', () => {
      expect(() => validate('<testsuites><testsuite name="x"/></testsuites>')).toThrow();
      expect(() => validate('<testsuites>\u0001</testsuites>')).toThrow();
    });
  },
);

/** An event whose texts are harmless, so that only what the writer itself writes is left to compare. */
function plainly(event: RunEvent): RunEvent {
  return withTexts([event], () => 'x')[0]!;
}

/** The text without code blocks and code spans, read as CommonMark reads them, line by line. */
function skeleton(text: string): string {
  const kept: string[] = [];
  let fence: string | undefined;
  for (const line of text.split('\n')) {
    // With another backtick in its line, it would be a code span and not a fence.
    const mark = /^(`{3,})[^`]*$/.exec(line)?.[1];
    if (fence === undefined && mark !== undefined) fence = mark;
    else if (fence !== undefined && mark !== undefined && mark.length >= fence.length && line === mark)
      fence = undefined;
    else if (fence === undefined) kept.push(withoutSpans(line));
  }
  return kept.join('\n');
}

function withoutSpans(line: string): string {
  return line.replace(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, '');
}

function tags(xml: string): readonly string[] {
  return [...xml.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replaceAll(/"[^"]*"/g, '""'));
}
