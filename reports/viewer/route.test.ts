import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOME, parsePlace, printPlace, type Place } from './route.ts';

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
const natural = fc.nat(100_000);

const places: fc.Arbitrary<Place> = fc.oneof(
  fc.record({
    page: fc.constant('overview' as const),
    only: fc.constantFrom('all' as const, 'failing' as const, 'passing' as const),
    search: fc.string({ unit: 'grapheme' }),
  }),
  fc.record({
    page: fc.constant('run' as const),
    scenario: name,
    model: fc.option(name, { nil: undefined }),
  }),
  fc.record({
    page: fc.constant('cut' as const),
    scenario: name,
    model: name,
    at: natural,
    cause: fc.option(natural, { nil: undefined }),
  }),
  fc.record({
    page: fc.constant('states' as const),
    scenario: name,
    model: name,
    state: fc.option(natural, { nil: undefined }),
  }),
);

describe('a place in the address', () => {
  it('is read back as it was printed', () => {
    fc.assert(
      fc.property(places, (place) => {
        expect(parsePlace(printPlace(place))).toEqual(place);
      }),
    );
  });

  it('is what a browser takes for a fragment, so that it survives being copied', () => {
    fc.assert(
      fc.property(places, (place) => {
        const printed = printPlace(place);
        expect(new URL(printed, 'file:///report.html').hash || '#').toBe(printed);
      }),
    );
  });

  it('is the first page if it means nothing, and never throws', () => {
    expect(parsePlace('')).toEqual(HOME);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(parsePlace(text).page).toMatch(/^(?:overview|run|cut|states)$/);
      }),
    );
  });

  it('can be printed for names that no address can hold', () => {
    expect(printPlace({ page: 'run', scenario: 'a\ud800', model: undefined })).toBe('#/a%EF%BF%BD');
  });
});
