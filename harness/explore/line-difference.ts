/** Lines of both texts above which the longest common part would take too long to find. */
const PAIRS_MAX = 1_000_000;

/** What two texts have in common, line by line, with `+` before what only the first has and `-` before the second's. */
export function lineDifference(is: readonly string[], wanted: readonly string[]): readonly string[] {
  if (is.length * wanted.length > PAIRS_MAX) {
    return [...is.map((line) => `+ ${line}`), ...wanted.map((line) => `- ${line}`)];
  }
  // How long the longest common part is of what begins at line i of one and line j of the other.
  const common = Array.from({ length: is.length + 1 }, () =>
    Array.from({ length: wanted.length + 1 }, () => 0),
  );
  for (let i = is.length - 1; i >= 0; i--) {
    for (let j = wanted.length - 1; j >= 0; j--) {
      const apart = Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
      common[i]![j] = is[i] === wanted[j] ? common[i + 1]![j + 1]! + 1 : apart;
    }
  }
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < is.length || j < wanted.length) {
    if (i < is.length && j < wanted.length && is[i] === wanted[j]) {
      lines.push(`  ${is[i++]}`);
      j++;
    } else if (j === wanted.length || (i < is.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      lines.push(`+ ${is[i++]}`);
    } else lines.push(`- ${wanted[j++]}`);
  }
  return lines;
}
