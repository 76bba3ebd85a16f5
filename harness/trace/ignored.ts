/** Says of a path of the disk whether it is to be disregarded. */
export type Ignored = (path: string) => boolean;

/**
 * Patterns as a scenario has them: `*-shm` is a name anywhere, `locks/*.pid` a path; `*` and `?` stop at a slash, `**`
 * doesn't. What lies in a directory that is disregarded is, too.
 */
export function ignoring(patterns: readonly string[]): Ignored {
  if (patterns.length === 0) return () => false;
  const all = patterns.map(expressionOf);
  return (path) => {
    const parts = path.split('/').filter(Boolean);
    return parts.some((_, i) => {
      const above = parts.slice(0, i + 1).join('/');
      return all.some((each) => each.test(above));
    });
  };
}

function expressionOf(pattern: string): RegExp {
  const source = pattern
    .replace(/^\//, '')
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/\*\*|\*|\?/g, (found) => ({ '**': '.*', '*': '[^/]*', '?': '[^/]' })[found]!);
  const isPath = pattern.replace(/^\//, '').includes('/') || pattern.startsWith('/');
  return new RegExp(`^${isPath ? '' : '(?:.*/)?'}${source}$`, 's');
}
