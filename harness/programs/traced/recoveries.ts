import { hashKey } from '../../disk/image/hash-key.ts';
import type { Image } from '../../disk/image/image.ts';
import { Core } from '../../disk/core/core.ts';
import type { Life as Recorded } from '../../trace/record.ts';
import { difference } from '../../trace/real-tree.ts';
import { Unfollowed } from '../../trace/unfollowed.ts';
import { Courses } from './courses.ts';
import { Questions } from './questions.ts';
import { Listener } from './said.ts';

/** Every so many disks that lead to a known course, one is recovered for real all the same, and compared. */
const COMPARED = 64;

/** Recoveries that were recorded, each once for all that it can see of its disk. */
export class Recoveries {
  /** How often the program really ran, how often it did not have to, and how often it did all the same. */
  readonly counts = { recorded: 0, known: 0, compared: 0 };
  readonly #record: (boot: Image) => Promise<Recorded>;
  readonly #each: boolean;
  readonly #courses = new Courses<Recorded>();
  /** By the disk, for courses that fit into no tree, and for disks that were compared. */
  readonly #exact = new Map<string, Recorded>();

  /**
   * @param record runs it, and records what it looks at, too
   * @param each runs it on each disk, also where a known course leads
   */
  constructor(record: (boot: Image) => Promise<Recorded>, each = false) {
    this.#record = record;
    this.#each = each;
  }

  /** The life that a disk leads to, if that is known without running it; it counts for nothing. */
  known(boot: Image): Recorded | undefined {
    const exact = this.#exact.get(hashKey(boot.hash));
    return exact ?? (this.#each || boot.hash.b % COMPARED === 0 ? undefined : this.#courses.find(boot));
  }

  async recover(boot: Image): Promise<Recorded> {
    const key = hashKey(boot.hash);
    const exact = this.#exact.get(key);
    if (exact) return exact;
    const course = this.#each ? undefined : this.#courses.find(boot);
    if (course && boot.hash.b % COMPARED !== 0) {
      this.counts.known++;
      return course;
    }
    const recorded = await this.#record(boot);
    this.#exact.set(key, recorded);
    if (course) {
      this.counts.compared++;
      demandSame(course, recorded, boot, SAME_TO_IT);
      return recorded;
    }
    this.counts.recorded++;
    if (boot.hash.c % COMPARED === 0) demandSame(recorded, await this.#record(boot), boot, TWICE);
    if (this.#each) return recorded;
    const questions = new Questions(boot);
    recorded.again(new Core(boot.fork()), () => {}, questions);
    this.#courses.add(boot, questions.asked, recorded);
    return recorded;
  }
}

const SAME_TO_IT = 'recovery does one thing on a disk and another on one that looks the same to it';
const TWICE = 'recovery does one thing on a disk and another on the same';

/**
 * Two records of one disk must lead to the same, with the same promises, by as many calls of each kind, and end alike.
 * Names of files that are gone again may differ, and so may what went through them.
 */
function demandSame(one: Recorded, other: Recorded, boot: Image, what: string): void {
  const [first, second] = [one, other].map((life) => courseOf(life, boot));
  const where = difference(first!.image, second!.image);
  if (where !== undefined) throw new Unfollowed(`${what}: ${where}; if that does not matter, \`ignore\` it`);
  const [course, again] = [first!.course, second!.course];
  for (let i = 0; i < Math.max(course.length, again.length); i++)
    if (course[i] !== again[i])
      throw new Unfollowed(
        `${what}: ${course[i] ?? 'nothing more'}, and ${again[i] ?? 'nothing more'} the second time`,
      );
}

function courseOf(
  life: Recorded,
  boot: Image,
): { readonly image: Image; readonly course: readonly string[] } {
  const core = new Core(boot.fork());
  const promised: string[] = [];
  const listener = new Listener({ acknowledge: (name) => promised.push(`promise ${name}`), phase() {} });
  life.again(core, (text) => listener.hear(text));
  listener.end();
  const { code, signal, late } = life.ended;
  const kinds = core.journal.ops.map(({ kind }) => kind).sort();
  return {
    image: core.image,
    course: [`end ${code ?? signal}${late ? ', late' : ''}`, ...promised, ...kinds],
  };
}
