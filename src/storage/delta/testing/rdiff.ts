import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignatureShape } from '../signature.ts';

/** Why tests against librsync's own program can't run here, or undefined if they can. */
export const noRdiff: string | undefined =
  spawnSync('rdiff', ['--version']).status === 0 ? undefined : 'rdiff (librsync) is not installed';

/** librsync's own program, on files in a directory that lives as long as the callback runs. */
export class Rdiff {
  private readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async using<T>(run: (rdiff: Rdiff) => Promise<T> | T): Promise<T> {
    const directory = mkdtempSync(join(tmpdir(), 'rdiff-'));
    try {
      return await run(new Rdiff(directory));
    } finally {
      rmSync(directory, { recursive: true });
    }
  }

  signature(old: Uint8Array, shape: SignatureShape): Buffer {
    const { hash, blockLength, strongLength } = shape;
    const options = ['-H', hash, '-R', 'rollsum', '-b', `${blockLength}`, '-S', `${strongLength}`];
    return this.run(['signature'], [old], options);
  }

  delta(signature: Uint8Array, fresh: Uint8Array): Buffer {
    return this.run(['delta'], [signature, fresh]);
  }

  patch(old: Uint8Array, delta: Uint8Array): Buffer {
    return this.run(['patch'], [old, delta]);
  }

  private run(action: string[], inputs: readonly Uint8Array[], options: string[] = []): Buffer {
    const output = join(this.directory, 'output');
    const files = inputs.map((bytes, index) => {
      const file = join(this.directory, `input${index}`);
      writeFileSync(file, bytes);
      return file;
    });
    execFileSync('rdiff', ['-f', ...options, ...action, ...files, output], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return readFileSync(output);
  }
}
