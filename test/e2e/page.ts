import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** A block of a page that is to be run, or a file that it shows. */
export interface Block {
  readonly language: string;
  readonly lines: readonly string[];
  /** The heading that it stands under. */
  readonly under: string;
}

/** The blocks of code of a page of the documentation, in order. */
export async function blocksOf(page: string): Promise<Block[]> {
  const text = await readFile(fileURLToPath(new URL(`../../docs/${page}`, import.meta.url)), 'utf8');
  const blocks: Block[] = [];
  let under = '';
  for (const match of text.matchAll(/^## (?<heading>.*)$|^```(?<language>\w+)\n(?<code>[^]*?)^```$/gm)) {
    const { heading, language, code } = match.groups!;
    if (heading !== undefined) under = heading;
    else blocks.push({ language: language!, lines: code!.trimEnd().split('\n'), under });
  }
  return blocks;
}
