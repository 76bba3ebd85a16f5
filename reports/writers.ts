import { github } from './github.ts';
import { html } from './html.ts';
import { json } from './json.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import { terminal } from './terminal.ts';
import type { WriterKind } from './writer.ts';

/** All kinds of reports, by the names that `--reporter` takes. A new one is a line here. */
export const WRITERS: Readonly<Record<string, WriterKind>> = {
  terminal,
  html,
  json,
  junit,
  github,
  markdown,
};

/** What is made if nobody says otherwise. */
export const DEFAULT_WRITERS: readonly string[] = ['terminal', 'json', 'html'];
