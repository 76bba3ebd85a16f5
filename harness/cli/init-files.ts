/** What `blackout init` writes. */

/** The module under test: it knows nothing of Blackout, and makes the mistake that most make. */
export const SETTINGS = `import { open, rename } from 'node:fs/promises';

/** Saves settings: after a power cut they are to be the old ones or the new ones. */
export async function save(path, settings) {
  const file = await open(path + '.tmp', 'w');
  await file.writeFile(JSON.stringify(settings));
  // await file.sync(); // Without this line the rename may survive a power cut, and the contents may not.
  await file.close();
  await rename(path + '.tmp', path);
}
`;

export const EXAMPLE = `import { broken, program } from 'blackout';

export default program({
  name: 'settings',
  load: './settings.mjs', // a module of yours, or the name of a dependency; unmodified
  async setup({ fs }) {
    fs.writeFileSync('/data/settings.json', '{"theme":"light"}');
  },
  async run({ load }) {
    const { save } = await load();
    await save('/data/settings.json', { theme: 'dark' });
  },
  async check({ fs }) {
    const text = fs.readFileSync('/data/settings.json', 'utf8');
    if (text !== '{"theme":"light"}' && text !== '{"theme":"dark"}') {
      return broken('the settings are old or new', 'they are ' + JSON.stringify(text));
    }
  },
});
`;

export const WORKFLOW = `name: blackout
on: [push, pull_request]
jobs:
  blackout:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - run: npm ci
      - run: npx blackout run
`;
