import { afterAll, beforeAll, describe, it } from 'vitest';
import { title, whyNoClient } from '../e2e/lab.ts';
import { RealClient } from './real-client.ts';
import { type ServerBackup, serverBackup } from './server-backup.ts';
import { expectUncut, killAfter } from './sweep.ts';

const MINUTE = 60_000;
/** How many kills there are, unless `JIGGLE_LONG=1` asks for one after every operation. */
const SAMPLES = 5;

const reason = whyNoClient();

describe.skipIf(reason)(title("a backup of Burp's own client", reason), () => {
  let server: ServerBackup;

  beforeAll(async () => {
    server = await serverBackup((place, source) => new RealClient(place, source));
  }, 2 * MINUTE);

  afterAll(async () => await server.remove());

  it('does the simulated operations if nothing cuts it, and leaves the simulated disk', () =>
    expectUncut(server.backup));

  it(
    'leaves the simulated disk if the server is killed, and the client comes back, lists, backs up and restores all',
    async () => {
      const number = process.env['JIGGLE_LONG'] ? 'all' : SAMPLES;
      await killAfter(server.backup, 'test/kills/real-client', number);
    },
    30 * MINUTE,
  );
});
