import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerData } from '../messages.ts';
import { serveJobs } from '../serve-jobs.ts';
import { catalogue } from './catalogue.ts';

serveJobs(catalogue, parentPort!, workerData as WorkerData, () => Date.now());
