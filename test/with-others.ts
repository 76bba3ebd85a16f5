import { rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { bundleJiggle, temporaryDirectory } from './kills/program.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The path of the command, made of the sources under test. */
    jiggle: string;
  }
}

/** What tests with real programs have in common is made once, and is gone when all of them are over. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const place = await temporaryDirectory();
  project.provide('jiggle', await bundleJiggle(place));
  return () => rm(place, { recursive: true });
}
