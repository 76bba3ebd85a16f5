/** A module as those see it who import it: its names, which follow what they stand for. */
export type Namespace = Record<string, unknown>;

export function emptyNamespace(): Namespace {
  return Object.defineProperty(Object.create(null) as Namespace, Symbol.toStringTag, { value: 'Module' });
}

export function namesOf(exports: unknown): Namespace {
  const namespace = emptyNamespace();
  if ((typeof exports === 'object' && exports !== null) || typeof exports === 'function') {
    for (const name of Object.keys(exports)) exportName(namespace)(name, () => (exports as Namespace)[name]);
  }
  return Object.defineProperty(namespace, 'default', {
    value: exports,
    enumerable: true,
    configurable: true,
  });
}

/**
 * A built-in module as ESM sees it. Nothing is copied: of the hundreds of names that such a module has, a program asks
 * for a few, in each life anew.
 */
export function viewOf(exports: Namespace): Namespace {
  const has = (key: string | symbol): boolean => key === 'default' || key in exports;
  const get = (key: string | symbol): unknown => {
    if (key === 'default') return exports;
    if (key === Symbol.toStringTag) return 'Module';
    return typeof key === 'string' ? exports[key] : undefined;
  };
  return new Proxy<Namespace>(Object.create(null) as Namespace, {
    get: (_target, key) => get(key),
    has: (_target, key) => has(key),
    set: () => false,
    deleteProperty: () => false,
    ownKeys: () => [...new Set([...Object.keys(exports), 'default'])],
    getOwnPropertyDescriptor: (_target, key) =>
      has(key) ? { value: get(key), enumerable: true, configurable: true } : undefined,
  });
}

export function exportName(namespace: Namespace): (name: string, get: () => unknown) => void {
  return (name, get) =>
    void Object.defineProperty(namespace, name, { enumerable: true, configurable: true, get });
}

export function exportAll(namespace: Namespace, from: Namespace): void {
  for (const name of Object.keys(from)) {
    if (name !== 'default' && !(name in namespace)) exportName(namespace)(name, () => from[name]);
  }
}
