/** What is wrong with a configuration: one line for each mistake, with file and line where it has them. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** Collects what is wrong, so that the user sees all of it at once. */
export class Findings {
  readonly problems: string[] = [];
  readonly warnings: string[] = [];

  problem(text: string, at?: Position): void {
    this.problems.push(withPosition(text, at));
  }

  warning(text: string, at?: Position): void {
    this.warnings.push(withPosition(text, at));
  }

  /** Throws ConfigError if there were problems. */
  check(): void {
    if (this.problems.length > 0) throw new ConfigError(this.problems);
  }
}

/** Where a setting stands; lines count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
}

function withPosition(text: string, at: Position | undefined): string {
  return at ? `${at.file}:${at.line}: ${text}` : text;
}
