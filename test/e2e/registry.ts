import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, symlink } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './packed.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
}

/** What there is of each package: by name and version, a folder of it and perhaps a tarball that was made of that. */
type Sources = ReadonlyMap<string, ReadonlyMap<string, Source>>;

interface Source {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly tarball?: string;
}

/**
 * A registry on loopback, for installing as everybody does and without a network: it has some tarballs, and all that
 * `npm ci` has put into this checkout's node_modules.
 */
export class Registry {
  /** The packages that were fetched. */
  readonly fetched = new Set<string>();
  readonly #server: Server;
  readonly #place: string;
  readonly #sources: Sources;
  readonly #tarballs = new Map<string, Promise<string>>();

  private constructor(place: string, sources: Sources) {
    this.#place = place;
    this.#sources = sources;
    this.#server = createServer((request, response) => {
      this.#answer(decodeURIComponent(request.url ?? '/').slice(1)).then(
        (body) => (body === undefined ? response.writeHead(404).end('{}') : response.end(body)),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
  }

  /**
   * @param place where it may put its files
   * @param own tarballs that it has, by the paths of the folders that they were made of
   */
  static async open(place: string, own: Readonly<Record<string, string>>): Promise<Registry> {
    const sources = new Map<string, Map<string, Source>>();
    const add = async (folder: string, tarball?: string): Promise<void> => {
      const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
      const { name, version } = manifest;
      if (!sources.has(name)) sources.set(name, new Map());
      sources.get(name)!.set(version, { folder, manifest, ...(tarball === undefined ? {} : { tarball }) });
    };
    const lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as { packages: object };
    for (const path of Object.keys(lock.packages).filter((each) => each.startsWith('node_modules/'))) {
      const folder = join(ROOT, path);
      // Of what is optional, only what this machine can use is there.
      if (existsSync(join(folder, 'package.json'))) await add(folder);
    }
    for (const [folder, tarball] of Object.entries(own)) await add(folder, tarball);
    const registry = new Registry(place, sources);
    await new Promise<void>((resolve) => registry.#server.listen(0, '127.0.0.1', resolve));
    return registry;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** `name` is asked for what there is of a package, `name/version.tgz` for a tarball. */
  async #answer(path: string): Promise<Buffer | string | undefined> {
    const [, wanted, version] = /^(.*)\/([^/]+)\.tgz$/.exec(path) ?? [];
    if (wanted !== undefined) {
      this.fetched.add(wanted);
      return await readFile(await this.#tarballOf(this.#sources.get(wanted)!.get(version!)!));
    }
    const known = this.#sources.get(path);
    if (known === undefined) return undefined;
    const versions: Record<string, object> = {};
    for (const [each, source] of known) versions[each] = await this.#described(source);
    return JSON.stringify({ name: path, 'dist-tags': { latest: [...known.keys()].at(-1) }, versions });
  }

  async #described(source: Source): Promise<object> {
    const { name, version } = source.manifest;
    const bytes = await readFile(await this.#tarballOf(source));
    const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
    return { ...source.manifest, dist: { tarball: `${this.url}${name}/${version}.tgz`, integrity } };
  }

  async #tarballOf({ folder, tarball }: Source): Promise<string> {
    if (tarball !== undefined) return tarball;
    const packing = this.#tarballs.get(folder) ?? this.#pack(folder);
    this.#tarballs.set(folder, packing);
    return await packing;
  }

  /** As a registry has it: everything in a folder called `package`. */
  async #pack(folder: string): Promise<string> {
    const into = await mkdtemp(join(this.#place, 'tarball-'));
    await symlink(folder, join(into, 'package'));
    await promisify(execFile)('tar', ['-chzf', 'package.tgz', 'package'], { cwd: into });
    return join(into, 'package.tgz');
  }
}
