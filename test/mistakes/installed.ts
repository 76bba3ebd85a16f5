import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** How a command ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project of a user's, with the compiled package in its node_modules. */
export class Project {
  readonly #place: string;
  readonly directory: string;

  private constructor(place: string) {
    this.#place = place;
    this.directory = join(place, 'project');
  }

  /** Compiles the sources under test into a package, and makes a project that has it. */
  static async make(): Promise<Project> {
    const place = await mkdtemp(join(tmpdir(), 'blackout-project-'));
    const installed = join(place, 'blackout');
    await mkdir(installed);
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const build = [tsc, '-p', join(ROOT, 'tsconfig.build.json'), '--outDir', join(installed, 'dist')];
    await promisify(execFile)(process.execPath, build);
    for (const name of ['package.json', 'bin']) {
      await cp(join(ROOT, name), join(installed, name), { recursive: true });
    }
    for (const name of ['node_modules', 'harness']) await symlink(join(ROOT, name), join(installed, name));
    const project = new Project(place);
    await mkdir(join(project.directory, 'node_modules'), { recursive: true });
    await symlink(installed, join(project.directory, 'node_modules/blackout'));
    await project.write('package.json', '{ "name": "mine", "type": "module" }');
    return project;
  }

  async write(name: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.directory, name)), { recursive: true });
    await writeFile(join(this.directory, name), text);
  }

  /** Runs the command `blackout` there. `stdout`, `stderr`: files to write to instead. */
  async blackout(
    argv: readonly string[],
    files: { readonly stdout?: string; readonly stderr?: string } = {},
  ): Promise<Ended> {
    const open = [files.stdout, files.stderr].map((path) =>
      path === undefined ? 'pipe' : openSync(path, 'w'),
    );
    const bin = join(this.directory, 'node_modules/blackout/bin/blackout.js');
    const child = spawn(process.execPath, [bin, ...argv], {
      cwd: this.directory,
      stdio: ['ignore', ...open],
      env: { ...process.env, GITHUB_STEP_SUMMARY: '', FORCE_COLOR: '' },
    });
    const said = { stdout: '', stderr: '' };
    child.stdout?.on('data', (data) => (said.stdout += String(data)));
    child.stderr?.on('data', (data) => (said.stderr += String(data)));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    for (const each of open) if (typeof each === 'number') closeSync(each);
    return { code, ...said };
  }

  /** Starts the command there; `said` grows. */
  start(argv: readonly string[]): { readonly child: ChildProcess; readonly said: () => string } {
    const bin = join(this.directory, 'node_modules/blackout/bin/blackout.js');
    const child = spawn(process.execPath, [bin, ...argv], { cwd: this.directory });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += String(data)));
    return { child, said: () => said };
  }

  async remove(): Promise<void> {
    await rm(this.#place, { recursive: true, force: true });
  }
}
