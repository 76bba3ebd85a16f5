import type { FirstScreen } from '../../html-data.ts';
import type { Child } from '../dom.ts';
import type { Place } from '../route.ts';
import { cutPage } from './cut.ts';
import { missingPage } from './missing.ts';
import { overviewPage } from './overview.ts';
import { runPage } from './run.ts';
import { statesPage } from './states.ts';

/** What a place shows. */
export interface Page {
  readonly title: string;
  /** The way here from the first page, which is not part of it. */
  readonly crumbs: readonly { readonly text: string; readonly href: string }[];
  readonly content: readonly Child[];
  /** Fills in what needs a run's details, once they are unpacked. */
  readonly later?: () => Promise<void>;
}

export function pageOf(screen: FirstScreen, place: Place): Page {
  switch (place.page) {
    case 'overview': {
      // With one scenario there is nothing to choose from.
      const only = new Set(screen.runs.map((run) => run.scenario));
      const [scenario] = only;
      if (only.size !== 1 || scenario === undefined) return overviewPage(screen, place);
      return runPage(screen, { page: 'run', scenario, model: undefined }) ?? missingPage();
    }
    case 'run':
      return runPage(screen, place) ?? missingPage();
    case 'cut':
      return cutPage(screen, place) ?? missingPage();
    case 'states':
      return statesPage(screen, place) ?? missingPage();
  }
}
