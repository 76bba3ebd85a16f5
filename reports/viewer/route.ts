/** A place in the report. The address bar holds it, so that a link shows the same. */
export type Place =
  | { readonly page: 'overview'; readonly only: Only; readonly search: string }
  | { readonly page: 'run'; readonly scenario: string; readonly model: string | undefined }
  | {
      readonly page: 'cut';
      readonly scenario: string;
      readonly model: string;
      /** The crash point of the main life. */
      readonly at: number;
      /** Which of the causes whose story begins there, counted from 1 in the run's list. */
      readonly cause: number | undefined;
    }
  | {
      readonly page: 'states';
      readonly scenario: string;
      readonly model: string;
      /** Where one stands; undefined is the main life. */
      readonly state: number | undefined;
    };

/** Which runs the overview shows. */
export type Only = 'all' | 'failing' | 'passing';

export const HOME: Place = { page: 'overview', only: 'all', search: '' };

/** The place as the part of an address after `#`. */
export function printPlace(place: Place): string {
  switch (place.page) {
    case 'overview':
      return `#/${query({ only: place.only === 'all' ? undefined : place.only, search: place.search || undefined })}`;
    case 'run':
      return path(place.scenario, ...(place.model === undefined ? [] : [place.model]));
    case 'cut':
      return `${path(place.scenario, place.model, 'cut', String(place.at))}${query({ cause: place.cause })}`;
    case 'states':
      return path(
        place.scenario,
        place.model,
        'states',
        ...(place.state === undefined ? [] : [String(place.state)]),
      );
  }
}

/** The place that an address means; the overview, if it means none. */
export function parsePlace(hash: string): Place {
  const [before = '', after = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  const parts = before === '' ? [] : before.split('/').map(decode);
  const values = new URLSearchParams(after);
  const [scenario, model, page, number] = parts;
  if (scenario === undefined) {
    const only = values.get('only');
    return {
      page: 'overview',
      only: only === 'failing' || only === 'passing' ? only : 'all',
      search: values.get('search') ?? '',
    };
  }
  if (model === undefined || page === undefined) return { page: 'run', scenario, model };
  const index = natural(number);
  if (page === 'cut' && index !== undefined) {
    return { page: 'cut', scenario, model, at: index, cause: natural(values.get('cause') ?? undefined) };
  }
  if (page === 'states') return { page: 'states', scenario, model, state: index };
  return { page: 'run', scenario, model };
}

function path(...parts: readonly string[]): string {
  // Halves of pairs can't be in an address, and encodeURIComponent throws at them.
  return `#/${parts.map((part) => encodeURIComponent(part.replace(/\p{Cs}/gu, '\ufffd'))).join('/')}`;
}

function query(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  if (given.length === 0) return '';
  return `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function natural(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
