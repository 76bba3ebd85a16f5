/** Where jiggle says what it does. Each text is one line without a line end. */
export interface Log {
  info(text: string): void;
  /** Something was not done as asked, or something is damaged: a person should look. */
  warn(text: string): void;
}

export const SILENT: Log = { info() {}, warn() {} };
