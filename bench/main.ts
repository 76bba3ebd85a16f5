import { cpus } from 'node:os';
import { replace } from './replace.ts';
import { shuffle } from './shuffle.ts';
import { survivals } from './survivals.ts';

/** All benchmarks. Ratios within one run mean something; times on another machine don't. */
console.log(`Node ${process.version}, ${cpus().length} cores`);
survivals();
await replace();
await shuffle();
