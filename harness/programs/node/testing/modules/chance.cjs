'use strict';
const crypto = require('crypto');
const os = require('os');
exports.draw = () => [
  Math.random(),
  crypto.randomBytes(4).toString('hex'),
  globalThis.crypto.randomUUID(),
  Date.now(),
  new Date().toISOString(),
  performance.now(),
  process.hrtime()[1],
  process.pid,
  os.hostname(),
  new Date() instanceof Date,
];
