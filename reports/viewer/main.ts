import type { FirstScreen } from '../html-data.ts';
import { h } from './dom.ts';
import { frame } from './frame.ts';
import { loadFirstScreen } from './load.ts';
import { pageOf } from './pages/pages.ts';
import { parsePlace } from './route.ts';

async function main(): Promise<void> {
  const app = document.getElementById('app')!;
  try {
    const screen = await loadFirstScreen();
    addEventListener('hashchange', () => {
      render(app, screen);
      scrollTo(0, 0);
      document.getElementById('main')?.focus({ preventScroll: true });
    });
    render(app, screen);
    // For those who measure how soon the page is of use.
    requestAnimationFrame(() => performance.mark('first-screen'));
  } catch (error) {
    app.replaceChildren(alertOf(error));
  }
}

function render(app: HTMLElement, screen: FirstScreen): void {
  const page = pageOf(screen, parsePlace(location.hash));
  document.title = `${page.title} · Blackout`;
  app.replaceChildren(...frame(screen, page));
  page.later?.().catch((error: unknown) => document.getElementById('main')?.append(alertOf(error)));
}

function alertOf(error: unknown): HTMLElement {
  return h(
    'p',
    { class: 'warning', role: 'alert' },
    `A part of this report can't be shown: ${String(error)}`,
  );
}

void main();
