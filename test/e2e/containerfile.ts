/** One instruction of a Containerfile. */
export interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** The instructions of a Containerfile, in order; those that go over several lines are one. */
export function instructionsIn(file: string): readonly Instruction[] {
  const lines = file.replaceAll(/\\\n/g, ' ').split('\n');
  return lines.flatMap((line) => {
    const [, name, text] = /^\s*([A-Z]+)\s+(.*\S)\s*$/.exec(line) ?? [];
    return name === undefined || text === undefined ? [] : [{ name, text }];
  });
}

/** The text of an instruction that stands there once. */
export function only(instructions: readonly Instruction[], wanted: string): string {
  const [first, ...more] = instructions.filter(({ name }) => name === wanted);
  if (first === undefined || more.length > 0) throw new Error(`there is not one ${wanted}`);
  return first.text;
}

/** The words of one in JSON, as ENTRYPOINT, CMD and VOLUME have them. */
export function words(instructions: readonly Instruction[], wanted: string): readonly string[] {
  return JSON.parse(only(instructions, wanted)) as string[];
}
