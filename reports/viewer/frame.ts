import type { FirstScreen } from '../html-data.ts';
import { h } from './dom.ts';
import type { Page } from './pages/page.ts';
import { HOME, printPlace } from './route.ts';
import { facts, warnings } from './sentences.ts';
import { shown } from './shown.ts';

/** What stands around every page: where one is, what this report is of, and what its reader must know first. */
export function frame(screen: FirstScreen, page: Page): HTMLElement[] {
  const main = h('main', { id: 'main', tabindex: -1 }, page.content);
  const skip = h('a', { class: 'skip', href: '#main' }, 'Skip to the content');
  skip.addEventListener('click', (event) => {
    event.preventDefault(); // The address is the place in the report.
    main.focus();
  });
  return [
    skip,
    h(
      'header',
      { class: 'top' },
      h('a', { class: 'mark', href: printPlace(HOME) }, '⚡ Blackout'),
      page.crumbs.length > 0 &&
        h(
          'nav',
          { 'aria-label': 'Where you are' },
          h(
            'ol',
            {},
            page.crumbs.map(({ text, href }, i) =>
              h(
                'li',
                {},
                h('a', { href, 'aria-current': i === page.crumbs.length - 1 && 'page' }, shown(text)),
              ),
            ),
          ),
        ),
      h('span', { class: 'facts' }, shown(facts(screen))),
    ),
    ...warnings(screen).map((text) => h('p', { class: 'warning', role: 'note' }, shown(text))),
    main,
    h(
      'footer',
      { class: 'foot' },
      'Blackout cuts the power after every file-system operation, in every state that the disk may be left in, and ' +
        'looks whether the program comes back. This page holds all that the run told; the address bar holds the place.',
    ),
  ];
}
