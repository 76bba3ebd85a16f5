/** What a scenario to go on from is made of. */
export interface Traced {
  readonly name: string;
  readonly argv: readonly string[];
  /** The disk's real path, and as it is named from where the command ran. */
  readonly disk: string;
  readonly dir: string;
  readonly ignore: readonly string[];
  /** The folder beside the scenario that holds the disk as it was before, if it held anything. */
  readonly before?: string;
}

/** A scenario as text. Its check fails until somebody says what it is to look at: nothing passes unseen. */
export function scenarioText({ name, argv, disk, dir, ignore, before }: Traced): string {
  const isBelow = dir !== '' && !dir.startsWith('..') && !dir.startsWith('/');
  const own = isBelow ? dir : 'data';
  const words = argv.map((word) => (isBelow ? word : word.replaceAll(disk, '{dir}')));
  const lines = [
    `  name: ${quoted(name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'))},`,
    `  dir: ${quoted(own)},`,
    ...(before === undefined ? [] : [`  setup: ['cp', '-a', ${quoted(`{here}/${before}/.`)}, '{dir}'],`]),
    `  run: [${words.map(quoted).join(', ')}],`,
    '  // What your program does after a reboot, before it serves again:',
    '  // recover: [...],',
    ...(ignore.length > 0 ? [`  ignore: [${ignore.map(quoted).join(', ')}],`] : []),
    '  // Exit code 0: all is well. Else each line that it writes is something that is broken; a line `lost: ...` is a',
    '  // promise that was not kept. A line `acknowledged: N` that your program writes is a promise.',
    `  check: ['sh', '-c', 'echo "say here how to see whether the disk is sound, promised: $0"; exit 1', '{acknowledged}'],`,
  ];
  return `import { traced } from 'blackout';\n\nexport default traced({\n${lines.join('\n')}\n});\n`;
}

function quoted(text: string): string {
  return `'${text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", String.raw`\'`)
    .replaceAll('\n', String.raw`\n`)}'`;
}
