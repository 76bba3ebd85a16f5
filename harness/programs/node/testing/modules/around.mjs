/* oxlint-disable typescript/no-implied-eval, eslint/no-eval -- what others do is what is tried here. */
import { createRequire } from 'node:module';
import vm from 'node:vm';

const require = createRequire(import.meta.url);

export default async function around() {
  Function('return process')().getBuiltinModule('fs').writeFileSync('/by-process', 'x');
  vm.runInThisContext("process.getBuiltinModule('node:fs')").writeFileSync('/by-vm', 'x');
  const { write } =
    await import('data:text/javascript,import fs from "node:fs"; export const write = (path) => fs.writeFileSync(path, "x");');
  write('/by-data');
  require('node:fs').writeFileSync('/by-require', 'x');
  const { writeFileSync } = await import(import.meta.resolve('node:fs'));
  writeFileSync('/by-meta', 'x');
}
