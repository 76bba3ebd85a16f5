import { describe, expect, it } from 'vitest';
import { program } from './node/program.ts';
import { scenario, type Scenario } from './scenario.ts';

const GOOD = { name: 'good', run: async () => {}, check: async () => undefined };
const declare = (change: Record<string, unknown>) => (): Scenario => scenario({ ...GOOD, ...change });

describe('a scenario', () => {
  it('is taken as it is, with all that it may have', () => {
    expect(
      declare({
        summary: 'x',
        madeFrom: 'x',
        setup: async () => {},
        recover: async () => {},
        durableRecovery: true,
        callsMax: 10,
        uptimeMax: 0,
        dontCare: ['/cache'],
        volumes: { '/wal': 'xfs' },
        smaller: () => [],
      }),
    ).not.toThrow();
  });

  it.each([
    [{ recovery: async () => {} }, 'scenario "good" has an unknown key "recovery": did you mean "recover"?'],
    [{ chek: async () => {} }, 'scenario "good" has an unknown key "chek": did you mean "check"?'],
    [{ colour: 'red' }, 'scenario "good" has an unknown key "colour": it may have name, '],
    [{ check: undefined }, 'scenario "good" has no check: it needs name, run, check'],
    [{ run: undefined }, 'scenario "good" has no run: it needs name, run, check'],
    [{ name: undefined }, 'a scenario has no name: it needs name, run, check'],
    [{ name: 7 }, 'a scenario: name must be a text, not 7'],
    [{ name: 'My Test' }, 'scenario name "My Test": it must be lower-case letters'],
    [{ run: 'go' }, 'scenario "good": run must be a function, not "go"'],
    [{ recover: true }, 'scenario "good": recover must be a function, not true'],
    [{ callsMax: '10' }, 'scenario "good": callsMax must be a whole number from 0 on, not "10"'],
    [{ uptimeMax: -1 }, 'scenario "good": uptimeMax must be a whole number from 0 on, not -1'],
    [{ durableRecovery: 'no' }, 'scenario "good": durableRecovery must be true or false, not "no"'],
    [{ dontCare: '/cache' }, 'scenario "good": dontCare must be a list of absolute paths'],
    [{ dontCare: ['cache'] }, 'scenario "good": dontCare must be a list of absolute paths'],
    [
      { volumes: ['/wal'] },
      "scenario \"good\": volumes must be an object, like { '/wal': 'xfs' }, not a list",
    ],
  ])('with %j is refused in one line', (change, message) => {
    expect(declare(change)).toThrow(message);
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [[GOOD], 'a list'],
    ['good', '"good"'],
    [() => GOOD, 'a function'],
  ])('that is %s is refused in one line', (given, shown) => {
    expect(() => scenario(given as unknown as Scenario)).toThrow(
      `a scenario is an object with name, run, check, at least: it was given ${shown}`,
    );
  });
});

describe('a program', () => {
  const load = './settings.js';
  const from = import.meta.url;

  it.each([
    [{ ...GOOD, load, from, recovery: async () => {} }, 'did you mean "recover"?'],
    [{ ...GOOD, load, from, setup: 'x' }, 'setup must be a function'],
    [{ name: 'x', load, from, run: async () => {} }, 'scenario "x" has no check'],
    [{ ...GOOD, from }, "load must be the name or path of a module, or () => import('...'), not undefined"],
  ])('is held to the same: %#', (definition, message) => {
    expect(() => program(definition as unknown as Parameters<typeof program>[0])).toThrow(message);
  });
});
