import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { firstScreen, runDetails } from './html-data.ts';
import { loadViewer, type ViewerTexts } from './html-viewer.ts';
import type { ReportModel } from './model.ts';
import type { WriterKind } from './writer.ts';

/** The report for people: one file that opens from a disk, with everything in it. */
export const html: WriterKind = {
  summary: 'report.html: one page with everything, to open in a browser',
  make: (context) => ({
    end: async (model) =>
      await context.write('report.html', htmlReport(model, await loadViewer(), context.base)),
  }),
};

/**
 * The page's text. Data are base64 in templates, where no browser looks for markup, and reach the page as text nodes;
 * besides, the page's own policy allows nothing but the script and the style in it, and no request to anywhere.
 *
 * @param base another report, to say what changed since
 */
export function htmlReport(model: ReportModel, viewer: ViewerTexts, base?: ReportModel): string {
  const script = inScript(viewer.script);
  const policy = [
    `default-src 'none'`,
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(viewer.style)}'`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<title>Blackout report</title>',
    `<style>${viewer.style}</style>`,
    '</head>',
    '<body>',
    '<noscript>This report needs JavaScript; events.jsonl beside it holds the same data.</noscript>',
    '<div id="app"></div>',
    // The first screen stands before the script, and everything else behind it: it is seen before the rest is read.
    template('first-screen', firstScreen(model, base)),
    `<script>${script}</script>`,
    ...model.runs.map((run, i) => template(`run-${i}`, runDetails(run))),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function template(id: string, data: unknown): string {
  return `<template id="${id}">${gzipSync(JSON.stringify(data)).toString('base64')}</template>`;
}

/** The only text that would end a script early. */
function inScript(script: string): string {
  return script.replaceAll(/<(?=\/script|!--)/gi, '\\x3c');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
