import { cpus } from 'node:os';
import { packages } from './packages.ts';
import { replace } from './replace.ts';
import { scale } from './scale.ts';
import { shuffle } from './shuffle.ts';
import { survivals } from './survivals.ts';
import { tracedPrograms } from './traced.ts';

/** All benchmarks. Ratios within one run mean something; times on another machine don't. */
console.log(`Node ${process.version}, ${cpus().length} cores`);
survivals();
await replace();
await packages();
await shuffle();
scale();
await tracedPrograms();
