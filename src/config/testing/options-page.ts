import type { Option, Support } from '../option.ts';
import { OPTIONS } from '../options.ts';

/** The page of the documentation that says what each option means here. */
export function optionsPage(): string {
  const done = all('yes');
  const inClients = done.filter(({ place }) => place === 'client');
  const included = inClients.findIndex(({ name }) => name === 'include');
  return [
    INTRODUCTION,
    section(
      "In the server's file",
      done.filter(({ place }) => place === 'server'),
    ),
    section(
      "In the server's file for all clients, or in a client's file for that client",
      done.filter(({ place }) => place === 'both'),
    ),
    section("In a client's file", inClients.slice(0, included)),
    section(
      "In a client's file: what to back up",
      inClients.slice(included),
      "If there is an `include` or an `include_glob`, all of these replace what the client's own configuration says.",
    ),
    section('Accepted, with nothing to do', all('needless')),
    section(
      'Not done: a warning',
      all('no').filter(({ says }) => !isForClients(says)),
      'Only if they ask for something: at values that ask for nothing they are accepted without a word.',
    ),
    section(
      'Not done, and not safe to go on without: an error',
      all('never'),
      'Again, only if they ask for something.',
    ),
    clientsOwn(),
  ].join('\n');
}

const INTRODUCTION = `# Options of the server

\`jiggle server -c FILE\` reads Burp's configuration format: \`name = value\`, comments that start with \`#\`, quotes around
values that need them, \`. FILE\` to read another file (relative to the one that says so, with wildcards), and
\`name := value\` to start a list anew. Files are UTF-8. Each client has a file of its name in \`clientconfdir\`, which has
the last word; \`restore_client\`, \`super_client\` add to the server's.

The server's file is read at the start and on SIGHUP, a client's file whenever that client connects. What can't be
understood is an error, with file and line; an option that is not known, or does nothing, is a warning.
\`jiggle server -c FILE --check\` reads all of it, says what it finds, and ends.

This page is made from the table that the server uses; a test holds it to that.
`;

function all(support: Support): Option[] {
  return [...OPTIONS.values()].filter((option) => option.support === support);
}

function isForClients(says: string): boolean {
  return says === 'it is an option of clients';
}

function section(title: string, options: readonly Option[], text?: string): string {
  const rows = options.map((option) => `| ${[nameOf(option), formOf(option), option.says].join(' | ')} |`);
  return [
    `## ${title}`,
    '',
    ...(text === undefined ? [] : [text, '']),
    '| option | value | meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function nameOf({ name, isList }: Option): string {
  return `\`${name}\`${isList ? ' (list)' : ''}`;
}

function formOf(option: Option): string {
  const form = option.support === 'yes' ? option.kind.form : '';
  return option.default === undefined ? form : `${form}; default ${option.default}`;
}

function clientsOwn(): string {
  const names = all('no').filter(({ says }) => isForClients(says));
  return [
    '## Options of clients',
    '',
    "In a server's files these do nothing, with a warning:",
    `${names.map(({ name }) => `\`${name}\``).join(', ')}.`,
    '',
  ].join('\n');
}
