import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { transformSync } from 'rolldown/experimental';

/** What a copy of the project does without. */
const LEFT: ReadonlySet<string> = new Set(['node_modules', '.git', 'blackout-report']);

/** A copy of the project, built, in which one file at a time is another one. The project itself is never changed. */
export class Workshop {
  readonly place: string;
  private readonly project: string;

  private constructor(project: string, place: string) {
    this.project = project;
    this.place = place;
  }

  /** `project` must have been built. */
  static async open(project: string): Promise<Workshop> {
    const place = await mkdtemp(join(tmpdir(), 'mutants-'));
    const isWanted = (path: string): boolean => {
      const [first = '', ...rest] = relative(project, path).split(sep);
      return !LEFT.has(first) && rest.at(-1) !== 'node_modules';
    };
    await cp(project, place, { recursive: true, filter: isWanted });
    await symlink(join(project, 'node_modules'), join(place, 'node_modules'));
    return new Workshop(project, place);
  }

  /** Puts this in the place of a source, and what is built from it in the place of what was. */
  async put(file: string, source: string): Promise<void> {
    const { code, errors } = transformSync(file, source, {
      typescript: { rewriteImportExtensions: 'rewrite', onlyRemoveTypeImports: true },
    });
    if (errors.length > 0) throw new Error(`${file}: ${errors[0]!.message}`);
    await writeFile(join(this.place, file), source);
    await writeFile(join(this.place, 'dist', file.replace(/\.ts$/, '.js')), code);
  }

  /** The file is again what it is in the project. */
  async putBack(file: string): Promise<void> {
    await this.put(file, await readFile(join(this.project, file), 'utf8'));
  }

  async close(): Promise<void> {
    await rm(this.place, { recursive: true });
  }
}
