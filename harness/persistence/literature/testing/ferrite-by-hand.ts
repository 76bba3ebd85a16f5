import { statements } from './program.ts';

/**
 * FERRITE once more, from its own definitions and without effects, graphs or images: a program becomes a list of
 * events, and its states are those that all prefixes of all valid orders of them leave, each event executed in its
 * turn. One directory, no hard links, as there.
 */
export interface Rules {
  /** Whether two events of the program, the first before the second, must stay in that order. */
  readonly ordered: (first: Event, second: Event) => boolean;
  /** Whether an order counts only if it ends in the state that the program ends in. */
  readonly sameEnd: boolean;
}

type Event =
  | {
      readonly kind: 'write';
      readonly file: number;
      readonly block: number;
      readonly at: number;
      readonly data: string;
    }
  | { readonly kind: 'setsize'; readonly file: number; readonly size: number }
  | {
      readonly kind: 'extend';
      readonly file: number;
      readonly block: number;
      readonly at: number;
      readonly data: string;
      readonly size: number;
    }
  | { readonly kind: 'creat'; readonly file: number; readonly names: readonly string[] }
  | { readonly kind: 'rename'; readonly names: readonly string[] }
  | { readonly kind: 'fsync'; readonly file: number };

type Data = Extract<Event, { data: string }>;

const BLOCK = 4096;

const isDirOp = ({ kind }: Event): boolean => kind === 'creat' || kind === 'rename';
const isData = (event: Event): event is Data => event.kind === 'write' || event.kind === 'extend';
const isSize = ({ kind }: Event): boolean => kind === 'setsize' || kind === 'extend';
const sameFile = (left: Event, right: Event): boolean =>
  'file' in left && 'file' in right && left.file === right.file && !isDirOp(left) && !isDirOp(right);
const sameBlock = (left: Event, right: Event): boolean =>
  isData(left) && isData(right) && sameFile(left, right) && left.block === right.block;

/** rosette/lang.rkt and ext4.rkt: what may not be reordered there, in either direction. */
export function codeRules(nodelalloc: boolean): Rules {
  const waits = (one: Event, other: Event): boolean =>
    one.kind === 'write' && (other.kind === 'extend' || (nodelalloc && other.kind === 'setsize'));
  return {
    ordered: (first, second) =>
      first.kind === 'fsync' ||
      second.kind === 'fsync' ||
      (isDirOp(first) && isDirOp(second)) ||
      sameBlock(first, second) ||
      (sameFile(first, second) &&
        ((isSize(first) && isSize(second)) || waits(first, second) || waits(second, first))),
    sameEnd: false,
  };
}

/** Definitions 3 and 7 of the paper; in its Figure 7 an `extend` is both metadata and data in a block. */
export const paperRules: Rules = {
  ordered: (first, second) =>
    first.kind === 'fsync' ||
    (second.kind === 'fsync' && 'file' in first && !isDirOp(first) && first.file === second.file) ||
    (isSize(first) && isSize(second) && sameFile(first, second)) ||
    sameBlock(first, second) ||
    ('names' in first && 'names' in second && first.names.some((name) => second.names.includes(name))) ||
    (first.kind === 'write' && second.kind === 'extend' && first.file === second.file),
  sameEnd: true,
};

interface File {
  readonly size: number;
  readonly bytes: string;
}

/** A disk in the middle of an order: names, and each file's size and bytes, `.` where nothing was written. */
interface State {
  readonly names: ReadonlyMap<string, number>;
  readonly files: ReadonlyMap<number, File>;
}

/** All states as text, `name:content` by name, for a program of creates, writes, renames and fsyncs of files. */
export function statesByHand(program: string, boot: string, rules: Rules): ReadonlySet<string> {
  const empty: State = { names: new Map(), files: new Map() };
  const setup = eventsOf(boot, empty);
  const start = setup.reduce(execute, empty);
  const events = eventsOf(program, start);
  const end = text(events.reduce(execute, start), true);
  const found = new Set<string>();
  const known = new Map<string, boolean>();
  /** Goes through all orders of what is left, and tells whether one of them counts. */
  const visit = (state: State, left: readonly Event[]): boolean => {
    if (left.length === 0 && rules.sameEnd && text(state, true) !== end) return false;
    const key = `${left.map((event) => events.indexOf(event)).join()} ${text(state, true)}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const next = left.filter((event, i) => !left.slice(0, i).some((first) => rules.ordered(first, event)));
    const counts = next.map((event) =>
      visit(
        execute(state, event),
        left.filter((other) => other !== event),
      ),
    );
    const valid = left.length === 0 || counts.includes(true);
    known.set(key, valid);
    if (valid) found.add(text(state, false));
    return valid;
  };
  visit(start, events);
  return found;
}

/** Two files are told apart by number, in the order in which the program makes them. */
function eventsOf(program: string, start: State): readonly Event[] {
  let state = start;
  let made = start.files.size;
  return statements(program).flatMap((statement) => {
    const [call, name = '', other = '', , offset] = statement.split(' ');
    const file = state.names.get(name) ?? made;
    const events = ((): readonly Event[] => {
      switch (call) {
        case 'create':
          return [{ kind: 'creat', file: made++, names: [name] }];
        case 'rename':
          return [{ kind: 'rename', names: [name, other] }];
        case 'fsync':
          return [{ kind: 'fsync', file }];
        default:
          return crack(file, state.files.get(file)!.size, other, offset);
      }
    })();
    state = events.reduce(execute, state);
    return events;
  });
}

/** A write, block by block; within a block that the file has, the data and then the size, if it rises. */
function crack(file: number, size: number, data: string, offset: string | undefined): readonly Event[] {
  const [char = '', count] = data.split('*');
  const start = offset === undefined ? size : Number(offset);
  const end = start + Number(count);
  const events: Event[] = [];
  for (let at = start, block = Math.floor(start / BLOCK); at < end; at = ++block * BLOCK) {
    const stop = Math.min(end, (block + 1) * BLOCK);
    const piece = { file, block, at, data: char.repeat(stop - at) };
    if (block * BLOCK >= size) events.push({ kind: 'extend', ...piece, size: stop });
    else events.push({ kind: 'write', ...piece });
    if (block * BLOCK < size && stop > size) events.push({ kind: 'setsize', file, size: stop });
  }
  return events;
}

const NEW: File = { size: 0, bytes: '' };

function execute(state: State, event: Event): State {
  const names = new Map(state.names);
  const files = new Map(state.files);
  if (event.kind === 'creat') names.set(event.names[0]!, event.file);
  if (event.kind === 'rename') {
    const [from = '', to = ''] = event.names;
    names.set(to, names.get(from)!);
    names.delete(from);
  }
  if (event.kind === 'fsync' || event.kind === 'rename') return { names, files };
  const { size, bytes } = files.get(event.file) ?? NEW;
  const padded = isData(event) ? bytes.padEnd(event.at + event.data.length, '.') : bytes;
  const after = isData(event)
    ? padded.slice(0, event.at) + event.data + padded.slice(event.at + event.data.length)
    : padded;
  files.set(event.file, { size: 'size' in event ? event.size : size, bytes: after });
  return { names, files };
}

/** @param whole what no name leads to, and what lies beyond the sizes, as well */
function text({ names, files }: State, whole: boolean): string {
  const named = [...names].sort(([left], [right]) => (left < right ? -1 : 1));
  const shown = named.map(([name, file]) => `${name}:${content(files.get(file) ?? NEW)}`).join(' ');
  if (!whole) return shown;
  const all = [...files].sort(([left], [right]) => left - right);
  return `${shown} | ${all.map(([file, { size, bytes }]) => `${file}:${size}/${runs(bytes)}`).join(' ')}`;
}

function content({ size, bytes }: File): string {
  return runs(bytes.slice(0, size).padEnd(size, '.'));
}

/** `aaab..` as `a3b1.2`. */
function runs(bytes: string): string {
  return bytes.replaceAll(/(.)\1*/gsu, (run, char: string) => `${char}${run.length}`);
}
