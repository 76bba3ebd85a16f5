import type { ApiCase } from './api-case.ts';
import { FILE_CASES } from './file-cases.ts';
import { NAME_CASES } from './name-cases.ts';
import { PROMISE_CASES } from './promise-cases.ts';

/** What Node on a real disk, the facade and the Volume must all answer alike. */
export const API_CASES: readonly ApiCase[] = [...NAME_CASES, ...FILE_CASES, ...PROMISE_CASES];
