'use strict';
/* Every way in which CommonJS gets hold of a file system, kept when the module is evaluated. */
const fs = require('fs');
const { promisify } = require('util');
const { createRequire } = require('node:module');
const ways = {
  plain: fs,
  prefixed: require('node:fs'),
  builtin: process.getBuiltinModule('fs'),
  created: createRequire(__filename)('fs'),
};
const promised = {
  plain: fs.promises,
  module: require('fs/promises'),
  prefixed: require('node:fs/promises'),
};

module.exports = async function write(directory) {
  for (const [name, each] of Object.entries(ways)) each.writeFileSync(`${directory}/sync-${name}`, name);
  for (const [name, each] of Object.entries(promised))
    await each.writeFile(`${directory}/promise-${name}`, name);
  await promisify(fs.writeFile)(`${directory}/promisified`, 'x');
  const imported = await import('fs');
  imported.writeFileSync(`${directory}/imported`, 'x');
  await new Promise((resolve) => fs.createWriteStream(`${directory}/streamed`).end('x', resolve));
};
