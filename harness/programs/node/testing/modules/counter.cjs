'use strict';
let count = 0;
globalThis.seenByAll = (globalThis.seenByAll ?? 0) + 1;
process.on('SIGUSR2', () => {});
module.exports = () => [++count, globalThis.seenByAll, process.listenerCount('SIGUSR2')];
