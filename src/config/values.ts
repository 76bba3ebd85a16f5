import type { Findings, Position } from './config-error.ts';
import type { Parsed } from './kinds.ts';
import type { Option } from './option.ts';
import { OPTIONS } from './options.ts';
import type { Setting } from './read-settings.ts';

/** A value that was written down, parsed, and where. */
export interface Value {
  readonly value: Parsed;
  readonly text: string;
  readonly at: Position;
}

/** What a file, with the files that it includes, says. */
export class Values {
  private readonly given = new Map<string, Value[]>();

  /** Takes settings in order: of a single option the last one counts. Mistakes and warnings go to `findings`. */
  constructor(settings: readonly Setting[], place: 'server' | 'client', findings: Findings) {
    for (const setting of settings) {
      const option = OPTIONS.get(setting.name);
      if (!option) findings.warning(`there is no option ${setting.name}: it has no effect`, setting.at);
      else this.take(option, setting, place, findings);
    }
  }

  /** All values of an option, and where they stand. */
  all(name: string): readonly Value[] {
    return this.given.get(name) ?? [];
  }

  /** A single option as it was written, parsed; its default if it is not given; undefined without either. */
  one(name: string): Parsed | undefined {
    const option = optionNamed(name);
    const given = this.given.get(name)?.at(-1);
    if (given) return given.value;
    return option.default === undefined ? undefined : option.kind.parse(option.default);
  }

  text(name: string): string | undefined {
    const value = this.one(name);
    return value === undefined ? undefined : String(value);
  }

  /** Of an option that has a default. */
  number(name: string): number {
    const value = this.one(name);
    if (typeof value !== 'number') throw new Error(`option ${name} has no number`);
    return value;
  }

  /** Of an option that has a default. */
  flag(name: string): boolean {
    const value = this.one(name);
    if (typeof value !== 'boolean') throw new Error(`option ${name} is neither on nor off`);
    return value;
  }

  texts(name: string): readonly string[] {
    return this.all(name).map(({ value }) => String(value));
  }

  numbers(name: string): readonly number[] {
    return this.all(name).map(({ value }) => Number(value));
  }

  has(name: string): boolean {
    return this.given.has(name);
  }

  at(name: string): Position | undefined {
    return this.given.get(name)?.at(-1)?.at;
  }

  /** These values where there are any, else those of `below`; lists that are added to have both, `below` first. */
  over(below: Values): Values {
    const merged = new Values([], 'client', NOBODY);
    for (const name of new Set([...below.given.keys(), ...this.given.keys()])) {
      const option = optionNamed(name);
      // What only a client's file may say is not inherited from a server's file.
      const inherited = option.place === 'client' ? [] : below.all(name);
      const own = this.all(name);
      const values = option.isAdded ? [...inherited, ...own] : own.length > 0 ? own : inherited;
      if (values.length > 0) merged.given.set(name, [...values]);
    }
    return merged;
  }

  private take(option: Option, setting: Setting, place: 'server' | 'client', findings: Findings): void {
    const { name, value: written, isReset, at } = setting;
    if (option.support === 'needless' || option.harmless?.includes(written)) return;
    if (option.support === 'never')
      return findings.problem(`${name} can't be honoured: ${option.says}. Remove it to go on without`, at);
    if (option.support === 'no') return findings.warning(`${name} has no effect: ${option.says}`, at);
    if (option.place !== 'both' && option.place !== place)
      return findings.warning(`${name} has no effect in a ${place}'s file`, at);
    const value = option.kind.parse(written);
    if (value === undefined) {
      const found = option.kind.isSecret ? 'what is written there' : JSON.stringify(written);
      return findings.problem(`${name} takes ${option.kind.form}, not ${found}`, at);
    }
    const before = option.isList && !isReset ? (this.given.get(name) ?? []) : [];
    this.given.set(name, [...before, { value, text: written, at }]);
  }
}

const NOBODY: Findings = Object.freeze({
  problems: [],
  warnings: [],
  problem() {},
  warning() {},
  check() {},
});

function optionNamed(name: string): Option {
  const option = OPTIONS.get(name);
  if (!option) throw new Error(`there is no option ${name}`);
  return option;
}
