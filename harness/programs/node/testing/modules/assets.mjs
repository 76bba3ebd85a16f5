import { readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import settings from './settings.json' with { type: 'json' };

const nameOf = ({ name }) => name;
/** (a, b) => a + b */
const ADD = new URL('./add.wasm', import.meta.url);

export default async function assets() {
  const required = createRequire(import.meta.url)('./settings.json');
  const read = JSON.parse(readFileSync(`${import.meta.dirname}/settings.json`, 'utf8'));
  const { instance } = await WebAssembly.instantiate(await readFile(ADD));
  return {
    imported: nameOf(settings),
    required: nameOf(required),
    read: nameOf(read),
    sum: instance.exports.add(2, 3),
  };
}
