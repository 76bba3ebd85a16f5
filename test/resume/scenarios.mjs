import { spawnSync } from 'node:child_process';
import process from 'node:process';

/**
 * Scenarios for runs that are cut short. `FATE` says where, by what happens and not by when: `two:recover:3:KILL` sends
 * the process a signal in the third recovery of `two` that its thread sees.
 */
const [fated, part, nth, signal] = (process.env['FATE'] ?? '').split(':');
let seen = 0;

function fate(name, where) {
  if (name !== fated || where !== part || ++seen !== Number(nth)) return;
  // By another process, as one that would end itself in a life is kept from it; and once, whichever thread is first.
  spawnSync('sh', ['-c', `mkdir fate-${process.pid} && kill -s ${signal} ${process.pid}`]);
}

function replacing(name, { synced = true, files = 1 } = {}) {
  return {
    name,
    async setup({ fs }) {
      for (let i = 0; i < files; i++) await fs.writeFile(`/file${i}`, 'old');
    },
    async run({ fs, acknowledge }) {
      fate(name, 'run');
      for (let i = 0; i < files; i++) {
        const file = await fs.open('/tmp', 'wx');
        await file.writeFile('new');
        if (synced) await file.sync();
        await file.close();
        await fs.rename('/tmp', `/file${i}`);
        const directory = await fs.open('/', 'r');
        await directory.sync();
        await directory.close();
        acknowledge(`file ${i}`);
      }
    },
    async recover({ fs }) {
      fate(name, 'recover');
      if ((await fs.readdir('/')).includes('tmp')) await fs.unlink('/tmp');
    },
    async check({ fs }, acknowledged) {
      fate(name, 'check');
      for (let i = 0; i < files; i++) {
        const text = await fs.readFile(`/file${i}`, 'utf8');
        const wanted = acknowledged.includes(`file ${i}`) ? ['new'] : ['old', 'new'];
        if (!wanted.includes(text))
          return { invariant: 'the file is old or new', message: `it holds ${text}` };
      }
      return undefined;
    },
  };
}

/** A module's exports come in the order of their names. */
export const early = replacing('early', { files: 2 });
export const one = replacing('one');
export const two = replacing('two', { files: 3 });
export const unsynced = replacing('unsynced', { synced: false, files: 2 });
