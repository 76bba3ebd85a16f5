export type Table = Record<string, unknown>;

/** How one member of a table comes to be: a value, or what makes the property's own descriptor. */
export interface Member<Parts> {
  readonly make: (parts: Parts) => unknown;
  /** As in Node, some are accessors, so that a copy by property descriptors still has what they give. */
  readonly isAccessor?: true;
}

export type Members<Parts> = Readonly<Record<string, Member<Parts>>>;

/**
 * An object whose members are made when somebody asks for them, and which is from then on, and to whoever looks at it,
 * a plain object that has them all. Every life has a `node:fs` of its own, of some two hundred functions, and most
 * programs call ten of them.
 */
export function lazyTable<Parts>(members: Members<Parts>, parts: Parts): Table {
  return new Proxy<Table>({}, new Lazy(members, parts));
}

class Lazy<Parts> implements ProxyHandler<Table> {
  readonly #members: Members<Parts>;
  readonly #parts: Parts;
  /** Members that were deleted. */
  #gone: Set<string> | undefined;

  constructor(members: Members<Parts>, parts: Parts) {
    this.#members = members;
    this.#parts = parts;
  }

  get(table: Table, key: string | symbol): unknown {
    const known = Reflect.get(table, key) as unknown;
    if (known !== undefined || typeof key === 'symbol') return known;
    this.#make(table, key);
    return table[key];
  }

  set(table: Table, key: string | symbol, value: unknown): boolean {
    return Reflect.set(table, key, value);
  }

  has(table: Table, key: string | symbol): boolean {
    return key in table || (typeof key === 'string' && this.#isThere(key));
  }

  deleteProperty(table: Table, key: string | symbol): boolean {
    if (typeof key === 'string') (this.#gone ??= new Set()).add(key);
    return Reflect.deleteProperty(table, key);
  }

  defineProperty(table: Table, key: string | symbol, descriptor: PropertyDescriptor): boolean {
    if (typeof key === 'string') this.#make(table, key);
    return Reflect.defineProperty(table, key, descriptor);
  }

  getOwnPropertyDescriptor(table: Table, key: string | symbol): PropertyDescriptor | undefined {
    if (typeof key === 'string') this.#make(table, key);
    return Reflect.getOwnPropertyDescriptor(table, key);
  }

  ownKeys(table: Table): (string | symbol)[] {
    for (const key of Object.keys(this.#members)) this.#make(table, key);
    return Reflect.ownKeys(table);
  }

  preventExtensions(table: Table): boolean {
    this.ownKeys(table);
    return Reflect.preventExtensions(table);
  }

  #isThere(key: string): boolean {
    return Object.hasOwn(this.#members, key) && this.#gone?.has(key) !== true;
  }

  #make(table: Table, key: string): void {
    if (Object.hasOwn(table, key) || !this.#isThere(key)) return;
    const { make, isAccessor } = this.#members[key]!;
    if (isAccessor === true) accessor(table, key, () => make(this.#parts));
    else table[key] = make(this.#parts);
  }
}

/** It can be written to, and is a plain property then. */
function accessor(table: Table, name: string, get: () => unknown): void {
  const set = (value: unknown): void =>
    void Object.defineProperty(table, name, { value, writable: true, enumerable: true, configurable: true });
  Object.defineProperty(table, name, { get, set, enumerable: true, configurable: true });
}
