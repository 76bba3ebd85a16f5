import fs, { writeFileSync as write } from 'node:fs';
import * as all from 'fs';
import { writeFile } from 'fs/promises';
import settings from './settings.json' with { type: 'json' };
import saveCommonJs from './forms.cjs';
import { first } from './circle-a.mjs';

const late = await import('./late.mjs');

export default async function save(directory) {
  write(`${directory}/named`, 'x');
  fs.writeFileSync(`${directory}/default`, settings.name);
  all.writeFileSync(`${directory}/all`, first());
  await writeFile(`${directory}/promises`, late.word);
  await saveCommonJs(directory);
}
