import { DEFAULTS, Explorer, findModel } from '../harness/index.ts';
import { backups } from '../scenarios/backup/catalogue.ts';
import { bestAsync, rate } from './measure.ts';

/** Distinct states of the backup shuffle, recovered and checked per second, and where the time goes. */
export async function shuffle(): Promise<void> {
  const entry = backups.find(({ name }) => name === 'backup-shuffle-eighteen')!;
  const story = await entry.make({});
  const model = findModel('posix')!;
  const whole = await bestAsync(5, async () => (await new Explorer(story, model, DEFAULTS).explore()).counts);
  const { verified, recoveries, recoveryOps, generated } = whole.value;
  console.log(`${entry.name} under posix, by closure`);
  console.log(
    `  ${rate(verified / whole.seconds)} distinct states/s recovered and checked (${verified} states)`,
  );
  console.log(
    `  ${rate(recoveryOps / whole.seconds)} ops/s in ${recoveries} recoveries; ${generated} states generated`,
  );
  const cut = { ...DEFAULTS, depth: 0 };
  const only = await bestAsync(5, async () => (await new Explorer(story, model, cut).explore()).counts);
  const share = ((100 * (whole.seconds - only.seconds)) / whole.seconds).toFixed(0);
  console.log(
    `  of the time, ${share} % goes into the crash states of recoveries, the rest into recovering and checking`,
  );
}
