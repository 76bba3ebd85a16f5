import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jiggleOn } from './jiggle-on.ts';
import { RealBurp } from './real-burp.ts';
import { titled, whyNoBurp } from './tools.ts';
import { type Machine, WindowsClient } from './windows-client.ts';
import { wireTo, wireToJiggle } from './wires.ts';

const reason = whyNoBurp();
const DIRECTORY = { mode: 0o040755, mtime: 7, ctime: 7 };
const LONG = `C:/Users/${'a very long name/'.repeat(260)}end`;

/** What the machine has at a time: what changes with it is new, and the rest is as it was. */
function machineAt(time: number): Machine {
  const now = { mtime: time, ctime: time };
  const then = { mtime: 5, ctime: 5 };
  return {
    'f:C:/': { data: 'of the drive', attributes: DIRECTORY },
    'd:C:/Links': { attributes: DIRECTORY },
    'f:C:/Users': { data: 'of the directory', packed: true, attributes: DIRECTORY },
    [`f:${LONG}`]: { data: `long ${time}`, packed: true, attributes: now },
    'f:C:/Users/changes.txt': { data: `changes ${time}`.repeat(40), packed: true, attributes: now },
    'v:C:/Users/kept.txt': { data: 'before', packed: true, attributes: then },
    'f:C:/Users/kept.txt': { data: 'kept', packed: true, attributes: then },
    'u:C:/Users/kept.txt': { data: 'after', packed: true, attributes: then },
    'k:C:/Users/secret': { data: `EFS ${time}`, packed: true, attributes: now },
    [`f:C:/new ${time}`]: { data: `new ${time}`, attributes: now },
    'f:D:/caf\xe9': { data: 'not UTF-8', attributes: then },
    'f:D:/raw.gz': { data: `raw ${time}`.repeat(40), attributes: now },
  };
}

const WITHOUT_DATA_ABOUT = /^[uv]:/;

describe.skipIf(reason)(
  titled('a Windows client whose store is kept by both servers in turn', reason),
  () => {
    let place: string;
    beforeEach(async () => {
      place = await realpath(await mkdtemp(join(tmpdir(), 'interop-')));
    });
    afterEach(() => rm(place, { recursive: true, force: true }));

    it('sends the same frames to both, and gets every backup whole from both', async () => {
      const burp = await RealBurp.prepare(place);
      const { store, warnings } = await jiggleOn(burp);
      const toJiggle = new WindowsClient(async () => wireToJiggle(store));
      const withBurp = <T>(action: (client: WindowsClient) => Promise<T>) =>
        burp.serving((port) => action(new WindowsClient(() => wireTo(burp, port))));
      for (const time of [1, 2, 3, 4]) {
        const back = (client: WindowsClient) => client.backUp(machineAt(time));
        expect(await (time % 2 === 1 ? withBurp(back) : back(toJiggle))).toEqual([]);
      }
      for (const number of [1, 2, 3, 4]) {
        const wanted = Object.entries(machineAt(number));
        const names = wanted.map(([name]) => name).sort();
        expect((await store.verify(number)).failures).toEqual([]);
        for (const who of [(action: Parameters<typeof withBurp>[0]) => action(toJiggle), withBurp]) {
          const ask = who as typeof withBurp;
          const listed = await ask((client) => client.list(number));
          expect(listed.sort()).toEqual(names.filter((name) => !WITHOUT_DATA_ABOUT.test(name)));
          const verified = await ask((client) => client.read('verify', number));
          expect([...verified.keys()].sort()).toEqual(names);
          const restored = await ask((client) => client.read('restore', number));
          expect(restored).toEqual(new Map(wanted.map(([name, { data }]) => [name, data])));
        }
      }
      expect(warnings).toEqual([]);
    });
  },
);
