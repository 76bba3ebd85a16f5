import { EventEmitter } from 'node:events';
import { withAll } from './chance.ts';

/** Modules whose functions reach the outside: other processes, other machines, other threads, files. */
const OUTSIDE = new Set([
  'child_process',
  'cluster',
  'dgram',
  'dns',
  'dns/promises',
  'http',
  'http2',
  'https',
  'inspector',
  'inspector/promises',
  'net',
  'repl',
  'sqlite',
  'tls',
  'trace_events',
  'wasi',
]);

/** Single functions that do, of modules that otherwise don't: they write real files. */
const SINGLE: Readonly<Record<string, readonly string[]>> = {
  v8: ['writeHeapSnapshot', 'setHeapSnapshotNearHeapLimit', 'startCpuProfile'],
};

/** Classes of those modules that keep to themselves: packages extend them, and make them, when they are loaded. */
const HARMLESS =
  /Agent$|Error$|^(?:BlockList|SocketAddress|IncomingMessage|OutgoingMessage|ServerResponse|Http2Server\w+)$/;

export function isOutside(name: string): boolean {
  return OUTSIDE.has(name) || name in SINGLE;
}

/** What is said of what reaches where a life can't. */
export function refusal(name: string): Error {
  const message = `${name} reaches outside of the simulated machine, which can't lose power with it`;
  return Object.assign(new Error(message), { code: 'ERR_ACCESS_DENIED' });
}

/** A function that reaches where a life can't: it says so, and does nothing. */
export function refused(name: string): () => never {
  // No arrow, because some are called with `new`.
  return function () {
    throw refusal(name);
  };
}

/** Such a module: it can be loaded, and asked for its constants, but what it does is refused. */
export function refusing(name: string, module: object): object {
  const copy = asEmitter(withAll(module), module);
  for (const [member, value] of Object.entries(copy)) {
    if (typeof value !== 'function' || HARMLESS.test(member)) continue;
    const single = SINGLE[name];
    if (single === undefined || single.includes(member))
      copy[member] = asClass(value, refused(`${name}.${member}`));
  }
  return copy;
}

/** Some of these modules are emitters: what is hung on the copy is hung on nothing else. */
function asEmitter(copy: Record<string, unknown>, module: object): Record<string, unknown> {
  if (!(module instanceof EventEmitter)) return copy;
  const own = { _events: Object.create(null) as object, _eventsCount: 0, _maxListeners: undefined };
  return Object.assign(Object.create(EventEmitter.prototype) as Record<string, unknown>, copy, own);
}

/** Classes can still be extended, and asked what is an instance of them. */
function asClass(original: object, refusing: () => never): () => never {
  const { prototype } = original as { prototype?: object };
  return prototype === undefined ? refusing : Object.assign(refusing, { prototype });
}

/** `node:worker_threads` of a program that is its process' only thread. */
export function workerThreads(module: object): object {
  return {
    ...withAll(module),
    isMainThread: true,
    threadId: 0,
    parentPort: null,
    workerData: null,
    Worker: refused('worker_threads.Worker'),
  };
}
