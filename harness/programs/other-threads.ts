import crypto from 'node:crypto';
import zlib from 'node:zlib';
import { never } from '../disk/facade/cut.ts';
import { sendOff, type Errand } from './real-work.ts';

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Table = Record<string, Method>;

/** Functions of `node:crypto` that call back from another thread, if their last argument is a function. */
const DIGESTS = [
  'randomBytes',
  'randomFill',
  'randomInt',
  'scrypt',
  'pbkdf2',
  'hkdf',
  'generateKey',
  'generateKeyPair',
  'generatePrime',
  'checkPrime',
  'sign',
  'verify',
];

/**
 * Counts what lives have done on other threads, which Node tells nobody of: compression, digests and keys, and code
 * that V8 compiles. So it is known when a life waits for none of it; and a life that is over is not called back.
 * What is not known here, such as native addons, is waited for in silence.
 */
export function countOtherThreads(): void {
  const table = crypto as unknown as Table;
  for (const name of DIGESTS) table[name] = likewise(table[name]!, callsBack(table[name]!));
  const { subtle } = crypto.webcrypto;
  promising(
    Object.getPrototypeOf(subtle) as Table,
    Object.getOwnPropertyNames(Object.getPrototypeOf(subtle)),
  );
  const { WebAssembly } = globalThis as unknown as { WebAssembly: Table };
  promising(WebAssembly, ['compile', 'instantiate', 'compileStreaming', 'instantiateStreaming']);
  for (const stream of [zlib.createGzip(), zlib.createBrotliCompress(), zlib.createBrotliDecompress()]) {
    compressing(Object.getPrototypeOf((stream as unknown as { _handle: object })._handle) as Table);
    stream.close();
  }
}

/** Gives a function all that another one has besides its body: what `promisify` makes of it, for one. */
function likewise(original: Method, other: Method): Method {
  return Object.defineProperties(other, Object.getOwnPropertyDescriptors(original));
}

function callsBack(original: Method): Method {
  return function (...args) {
    const callback = args.at(-1);
    const errand = typeof callback === 'function' ? sendOff() : undefined;
    if (errand === undefined) return original.apply(this, args);
    const result = (): unknown =>
      original.apply(this, [
        ...args.slice(0, -1),
        (...results: unknown[]) => void (errand.done() && (callback as Method)(...results)),
      ]);
    return orDone(errand, result);
  };
}

/** What is refused at once does not call back. */
function orDone(errand: Errand, start: () => unknown): unknown {
  try {
    return start();
  } catch (error) {
    errand.done();
    throw error;
  }
}

function promising(table: Table, names: readonly string[]): void {
  for (const name of names) {
    const original = table[name];
    if (typeof original !== 'function' || name === 'constructor') continue;
    const counted = async function (this: unknown, ...args: unknown[]): Promise<unknown> {
      const errand = sendOff();
      try {
        return await original.apply(this, args);
      } finally {
        if (errand?.done() === false) await never();
      }
    };
    table[name] = likewise(original, counted);
  }
}

/** A stream of zlib's works from each `write` of its handle to the callback, or the error, that follows. */
function compressing(handle: Table): void {
  const errands = new WeakMap<object, Errand>();
  const guarded = (callback: Method): Method =>
    function (this: unknown, ...args) {
      const errand = errands.get(this as object);
      errands.delete(this as object);
      if (errand?.done() === false) return undefined;
      return callback.apply(this, args);
    };
  const init = handle['init']!;
  handle['init'] = function (...args) {
    return init.apply(
      this,
      args.map((arg) => (typeof arg === 'function' ? guarded(arg as Method) : arg)),
    );
  };
  const write = handle['write']!;
  handle['write'] = function (...args) {
    const self = this as { onerror: Method & { isGuarded?: true } };
    if (self.onerror.isGuarded === undefined) {
      Object.assign(self, { onerror: Object.assign(guarded(self.onerror), { isGuarded: true }) });
    }
    const errand = sendOff();
    if (errand !== undefined) errands.set(self, errand);
    return write.apply(this, args);
  };
}
