/* oxlint-disable typescript/no-implied-eval, eslint/no-eval -- what others do is what is tried here. */
'use strict';
const real = '/tmp/blackout-was-here';
/** As a test runner, or a debugger, may leave it lying about. */
const anyRealFs = () => Function('return this')().realFsForTests;
const attempts = {
  spawn: () => require('child_process').spawn('true'),
  connect: () => require('net').connect(1),
  worker: () => new (require('worker_threads').Worker)('x'),
  fetch: () => fetch('http://localhost'),
  binding: () => process.binding('fs'),
  chdir: () => process.chdir('/'),
  addon: () => require('./addon.node'),
  process: () => new (require('child_process').ChildProcess)().spawn({ file: 'true', args: [] }),
  socket: () => new (require('net').Socket)().connect(1),
  server: () => new (require('http').Server)().listen(0),
  resolver: () => new (require('dns').Resolver)().resolve4('localhost', () => {}),
  inspector: () => new (require('inspector').Session)().connect(),
  wasi: () => new (require('wasi').WASI)({ version: 'preview1', preopens: { '/': '/' } }),
  snapshot: () => require('v8').writeHeapSnapshot(real),
  database: () => new (require('node:sqlite').DatabaseSync)(real),
  // Around all that was handed in.
  swallowed: () => {
    try {
      Function('return process')().binding('fs');
    } catch {}
  },
  indirect: () => (0, eval)('process')._linkedBinding('fs'),
  main: () => (process.mainModule ?? {}).require('fs').writeFileSync(real, 'x'),
  thrown: () => new (Function('return fetch')())('http://localhost'),
  kept: () => anyRealFs().writeFileSync(real, 'x'),
  promised: () =>
    anyRealFs()
      .promises.writeFile(real, 'x')
      .catch(() => {}),
  later: () => setTimeout(() => anyRealFs().writeFileSync(real, 'x'), 10),
  made: () => Function('fs', 'path', "fs.writeFileSync(path, 'x')")(anyRealFs(), real),
};
exports.attempt = (name) => attempts[name]();
exports.classes = () => {
  const net = require('net');
  class Mine extends net.Socket {}
  const agent = new (require('http').Agent)();
  return [Mine.prototype instanceof net.Socket, {} instanceof net.Socket, agent.maxSockets > 0];
};
exports.says = () => process.stdout.write('nobody hears this\n') && process.stderr.write('nor this\n');
exports.stands = () => {
  const [path, url] = [require('path'), require('url')];
  const { resolve } = require('node:path/posix');
  return [
    path.resolve('a'),
    path.relative('', '/b'),
    path.posix.resolve('..'),
    resolve('c'),
    url.pathToFileURL('d').href,
    process.cwd(),
    path.join('x', 'y'),
    path.sep,
  ];
};
exports.cluster = () => {
  const cluster = require('cluster');
  cluster.on('message', () => {});
  return [cluster.isPrimary, cluster.listenerCount('message'), process.getBuiltinModule === undefined];
};
exports.later = () => {
  require('fs').writeFile('/later', 'x', () => {});
};
