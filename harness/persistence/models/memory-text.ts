import type { Page } from '../../disk/image/types.ts';
import type { Change } from '../../disk/journal.ts';

/** What a model remembers of a file's data, as text; pages by their hashes. */
export function dataText(change: Change): string {
  switch (change.type) {
    case 'page':
      return `page ${change.index} ${pageText(change.page)}`;
    case 'sector':
      return `sector ${change.index}.${change.sector} ${pageText(change.bytes)}`;
    case 'grow':
    case 'truncate':
      return `${change.type} ${change.size}`;
    default:
      return change.type;
  }
}

function pageText(page: Page | null): string {
  return page === null ? 'zeros' : [page.a, page.b, page.c, page.d].join('-');
}
