import * as real from 'node:fs';

/** The classes of streams of one volume. */
export interface Streams {
  readonly ReadStream: new (path: unknown, options?: unknown) => real.ReadStream;
  readonly WriteStream: new (path: unknown, options?: unknown) => real.WriteStream;
}

type Constructor = (this: unknown, path: unknown, options?: unknown) => object | void;

/**
 * Node's own streams, which take the functions that they call from an option: ours, unless the program names others.
 * They are functions and not classes, because that is what Node has, and programs (graceful-fs) call them as such.
 */
export function makeStreams(fs: object): Streams {
  const derive = (Base: Function): Function => {
    const Derived = function (this: unknown, path: unknown, options?: unknown): object | void {
      const given = typeof options === 'string' ? { encoding: options } : options;
      const all = { fs, ...(given as object | undefined) };
      if (!(this instanceof Derived)) return Reflect.construct(Derived, [path, options]) as object;
      (Base as Constructor).call(this, path, all);
    };
    Object.defineProperty(Derived, 'name', { value: Base.name, configurable: true });
    Object.setPrototypeOf(Derived.prototype as object, Base.prototype as object);
    Object.setPrototypeOf(Derived, Base);
    return Derived;
  };
  return {
    ReadStream: derive(real.ReadStream) as Streams['ReadStream'],
    WriteStream: derive(real.WriteStream) as Streams['WriteStream'],
  };
}
