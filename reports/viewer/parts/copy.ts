import { h } from '../dom.ts';
import { shown } from '../shown.ts';

/** A line of code is shown whole, unless it is absurd. In characters. */
const LINE_MAX = 3000;

/** A line to be pasted elsewhere, with a button that copies it as it is. */
export function copyLine(line: string, what: string): HTMLElement {
  const button = h('button', { type: 'button', class: 'copy', 'aria-label': `Copy ${what}` }, 'Copy');
  button.addEventListener('click', () => void copyAndSay(button, line));
  return h(
    'div',
    { class: 'copy-line' },
    h('code', { class: line.includes('\n') ? 'lines' : undefined }, ...pieces(line)),
    button,
  );
}

/** Lines of code keep their line ends; everything else that could mislead is escaped. */
function pieces(line: string): (Node | string)[] {
  return line
    .split('\n')
    .flatMap((part, i) => (i === 0 ? [shown(part, LINE_MAX)] : ['\n', shown(part, LINE_MAX)]));
}

async function copyAndSay(button: HTMLButtonElement, text: string): Promise<void> {
  const done = await copy(text);
  button.textContent = done ? 'Copied' : 'Press Ctrl-C';
  if (!done) selectAll(button.previousElementSibling);
  button.addEventListener('blur', () => (button.textContent = 'Copy'), { once: true });
}

/** Browsers that keep the clipboard from local files still allow the old way. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = h('textarea', { readonly: true, 'aria-hidden': 'true' });
    field.value = text;
    field.style.position = 'fixed';
    field.style.opacity = '0';
    document.body.append(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    return done;
  }
}

function selectAll(element: Element | null): void {
  if (element) getSelection()?.selectAllChildren(element);
}
