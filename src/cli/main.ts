import { watchOutput } from './output.ts';
import { run } from './program.ts';

watchOutput();
process.exitCode = await run(process.argv.slice(2));
