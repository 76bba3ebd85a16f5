import type { Image } from '../../../disk/image/image.ts';
import { hashText } from '../../../disk/image/testing/describe.ts';
import { treeJson, type TreeJson } from '../../../disk/tree-json.ts';
import { exhaustively } from '../../choices.ts';
import { EffectGraph } from '../../graph.ts';
import type { PersistenceModel } from '../../model.ts';
import { chooseSurvival, crashState } from '../../survival.ts';
import type { ProgramLife } from './program.ts';

/** A disk as a litmus test asks about it. */
export class Sight {
  readonly image: Image;
  #tree: TreeJson | undefined;

  constructor(image: Image) {
    this.image = image;
  }

  get tree(): TreeJson {
    return (this.#tree ??= treeJson(this.image));
  }

  /** Two disks with the same key are the same state. */
  get key(): string {
    return hashText(this.image);
  }

  has(path: string): boolean {
    return Object.hasOwn(this.tree, path);
  }

  /** `n*10 0*5` for a file; undefined if there is none. */
  content(path: string): string | undefined {
    const node = this.tree[path];
    return node?.type === 'file' ? node.content : undefined;
  }

  /** Permission bits of a file in `/`, in octal. */
  mode(name: string): string | undefined {
    const root = this.image.inode(1);
    const ino = root?.kind === 'dir' ? root.entries.get(name) : undefined;
    return ino === undefined ? undefined : this.image.inode(ino)?.mode.toString(8);
  }
}

/** All crash states of a program, by crash point: 0 to its number of ops. One by one, without any reduction. */
export function crashStates(model: PersistenceModel, { boot, ops }: ProgramLife): readonly Sight[][] {
  const graph = new EffectGraph(model, boot, { purge: false });
  const look = (): Sight[] => {
    const sights = new Map<string, Sight>();
    exhaustively((choices) => {
      const sight = new Sight(crashState(graph, chooseSurvival(graph, choices)));
      sights.set(sight.key, sight);
    });
    return [...sights.values()];
  };
  return [
    look(),
    ...ops.map((op) => {
      graph.step(op);
      return look();
    }),
  ];
}

/** The distinct crash states of a program at all its crash points together, as FERRITE counts them. */
export function distinctStates(model: PersistenceModel, life: ProgramLife): readonly Sight[] {
  const all = crashStates(model, life).flat();
  return [...new Map(all.map((sight) => [sight.key, sight])).values()];
}
