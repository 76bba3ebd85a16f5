import type { FirstScreen } from '../../html-data.ts';
import type { Place } from '../route.ts';
import { cutPage } from './cut.ts';
import { missingPage } from './missing.ts';
import { overviewPage } from './overview.ts';
import type { Page } from './page.ts';
import { runPage } from './run.ts';
import { statesPage } from './states.ts';

/** What is shown at a place. */
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
