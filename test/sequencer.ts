import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Where most of what may be wrong with jiggle shows, within seconds. */
const FIRST = /\/scenarios\/backup\/(?:steps|found)\.test\.ts$|\/src\/(?:storage|server)\/[^/]+\.test\.ts$/;

/** What is quick to notice a mistake in the engine comes first; else the order is Vitest's. */
export default class EngineFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isFirst = ({ moduleId }: TestSpecification): boolean => FIRST.test(moduleId);
    const steps = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith('/steps.test.ts');
    const first = sorted.filter(isFirst);
    return [
      ...first.filter(steps),
      ...first.filter((file) => !steps(file)),
      ...sorted.filter((file) => !isFirst(file)),
    ];
  }
}
