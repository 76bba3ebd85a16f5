import type { FirstScreen, RunDetails } from '../html-data.ts';
import { StateGraphModel } from '../state-graph.ts';

/** A run's details as the pages use them. */
export interface OpenRun extends Omit<RunDetails, 'graph'> {
  readonly graph: StateGraphModel;
}

export async function loadFirstScreen(): Promise<FirstScreen> {
  return (await unpack('first-screen')) as FirstScreen;
}

const opened = new Map<number, Promise<OpenRun>>();

/** Unpacks a run's details, once. */
export async function loadRun(index: number): Promise<OpenRun> {
  const known = opened.get(index);
  if (known) return await known;
  const loading = openRun(index);
  opened.set(index, loading);
  return await loading;
}

async function openRun(index: number): Promise<OpenRun> {
  await wholePage();
  const { graph: columns, ...details } = (await unpack(`run-${index}`)) as RunDetails;
  const graph = new StateGraphModel();
  const part = { run: index, first: 0 };
  graph.addStates({ type: 'states', ...part, keys: [], ...columns.states });
  graph.addFailures({ type: 'failures', ...part, ...columns.failures });
  graph.addConfigurations({ type: 'configurations', ...part, ...columns.configurations });
  graph.addLives({ type: 'lives', ...part, lives: columns.lives });
  return { ...details, graph };
}

/** The details stand behind the script: the browser may still be reading them. */
async function wholePage(): Promise<void> {
  if (document.readyState !== 'loading') return;
  await new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve, { once: true }));
}

async function unpack(id: string): Promise<unknown> {
  const template = document.getElementById(id);
  if (!(template instanceof HTMLTemplateElement)) {
    throw new Error(`the report has no part "${id}": the file is not whole`);
  }
  const bytes = bytesOf(template.content.textContent);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return await new Response(stream).json();
}

/** The bytes of a base64 text. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
