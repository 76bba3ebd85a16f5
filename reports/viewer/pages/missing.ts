import { h } from '../dom.ts';
import { HOME, printPlace } from '../route.ts';
import type { Page } from './page.ts';

/** For links into another report, or into an older one. */
export function missingPage(): Page {
  return {
    title: 'Not in this report',
    crumbs: [],
    content: [
      h('h1', {}, 'That is not in this report'),
      h(
        'p',
        {},
        'The link names a scenario, a model, a crash point or a state that this report does not have. ',
      ),
      h('p', {}, h('a', { href: printPlace(HOME) }, 'To the first page')),
    ],
  };
}
