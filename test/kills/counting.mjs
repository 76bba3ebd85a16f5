/**
 * Counts operations, and kills the process after the last one that it may do: what preload.mjs is made of. See there for
 * the environment.
 */
import fs from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const { lstatSync, writeFileSync } = fs;

/** Neither an exit code of a program that was killed nor one of those that programs commonly have. */
const CANT_COUNT = 99;

const below = needed('KILL_BELOW');
const report = needed('KILL_REPORT');
const last = process.env['KILL_AFTER'] === undefined ? Infinity : Number(process.env['KILL_AFTER']);
if (!(last > 0)) throw new Error('KILL_AFTER must be a number from 1 up');

/** The operations so far. */
const done = [];
let underWay = 0;
function needed(name) {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} must be given`);
  return value;
}

/** The path as from KILL_BELOW, `/` for itself; undefined if it lies elsewhere. */
export function shown(path) {
  const absolute = resolve(path instanceof URL ? fileURLToPath(path) : String(path));
  if (absolute === below) return '/';
  return absolute.startsWith(`${below}/`) ? absolute.slice(below.length) : undefined;
}

/** Undefined if there is nothing, or no way there: then the call that follows says so itself. */
export function look(path, stat = lstatSync) {
  try {
    return stat(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

export function writeReport() {
  writeFileSync(report, done.map((line) => `${line}\n`).join(''));
}

export function refuse(message) {
  process.stderr.write(`can't count: ${message}\n`);
  process.exit(CANT_COUNT);
}

/**
 * One more operation has happened, if there is a line for it. For the last one, nothing after this runs: a process can't
 * outlive its SIGKILL.
 */
function happened(line) {
  if (line === undefined) return;
  done.push(line);
  if (done.length < last) return;
  writeReport();
  process.kill(process.pid, 'SIGKILL');
}

/**
 * Replaces a method. `plan` gets `this` and the arguments before the call, and gives undefined for a call that does
 * not count; else a function that gets the result after it, and gives the operation's line, or undefined if nothing
 * changed. A call that fails is no operation.
 */
export function count(target, name, plan) {
  const original = target[name];
  target[name] = async function (...args) {
    const describe = plan(this, ...args);
    if (describe === undefined) return Reflect.apply(original, this, args);
    begin(name);
    let result;
    try {
      result = await Reflect.apply(original, this, args);
    } finally {
      underWay--;
    }
    happened(describe(result));
    return result;
  };
}

/** The same for a function that is done when it returns. */
export function countNow(target, name, plan) {
  const original = target[name];
  target[name] = function (...args) {
    const describe = plan(this, ...args);
    if (describe === undefined) return Reflect.apply(original, this, args);
    begin(name);
    let result;
    try {
      result = Reflect.apply(original, this, args);
    } finally {
      underWay--;
    }
    happened(describe(result));
    return result;
  };
}

/** The same for a function whose last argument is called with an error, or null and a result. */
export function countCallback(target, name, plan) {
  const original = target[name];
  target[name] = function (...args) {
    const describe = plan(this, ...args);
    if (describe === undefined) return Reflect.apply(original, this, args);
    begin(name);
    const callback = args.pop();
    const counted = (error, ...results) => {
      underWay--;
      if (!error) happened(describe(results[0]));
      callback(error, ...results);
    };
    return Reflect.apply(original, this, [...args, counted]);
  };
}

function begin(name) {
  if (underWay > 0) refuse(`${name} began while another operation was under way`);
  underWay++;
}

/** Calls that can't be counted, or can't be cut between their operations: they must not go past in silence. */
export function refuseAll(target, names, why, counts) {
  for (const name of names) {
    const original = target[name];
    target[name] = function (...args) {
      if (counts(this, ...args)) refuse(`${name} ${why}`);
      return Reflect.apply(original, this, args);
    };
  }
}
