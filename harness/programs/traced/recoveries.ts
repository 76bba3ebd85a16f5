import { hashKey } from '../../disk/image/hash-key.ts';
import type { Image } from '../../disk/image/image.ts';
import { Core } from '../../disk/core/core.ts';
import type { Life as Recorded } from '../../trace/record.ts';
import { difference } from '../../trace/real-tree.ts';
import { Unfollowed } from '../../trace/unfollowed.ts';
import { Courses } from './courses.ts';
import { Questions } from './questions.ts';

/** Every so many disks that lead to a known course, one is recovered for real all the same, and compared. */
const COMPARED = 64;

/** Recoveries that were recorded, each once for all that it can see of its disk. */
export class Recoveries {
  /** How often the program really ran, how often it did not have to, and how often it did all the same. */
  readonly counts = { recorded: 0, known: 0, compared: 0 };
  readonly #record: (boot: Image) => Promise<Recorded>;
  readonly #courses = new Courses<Recorded>();
  /** By the disk, for courses that fit into no tree, and for disks that were compared. */
  readonly #exact = new Map<string, Recorded>();

  /** @param record runs it, and records what it looks at, too */
  constructor(record: (boot: Image) => Promise<Recorded>) {
    this.#record = record;
  }

  async recover(boot: Image): Promise<Recorded> {
    const key = hashKey(boot.hash);
    const exact = this.#exact.get(key);
    if (exact) return exact;
    const course = this.#courses.find(boot);
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
    const questions = new Questions(boot);
    recorded.again(new Core(boot.fork()), () => {}, questions);
    this.#courses.add(boot, questions.asked, recorded);
    return recorded;
  }
}

const SAME_TO_IT = 'recovery does one thing on a disk and another on one that looks the same to it';
const TWICE = 'recovery does one thing on a disk and another on the same';

function demandSame(one: Recorded, other: Recorded, boot: Image, what: string): void {
  const [first, second] = [one, other].map((life) => {
    const core = new Core(boot.fork());
    life.again(core, () => {});
    return core.image;
  });
  const where = difference(first!, second!);
  if (where === undefined) return;
  throw new Unfollowed(`${what}: ${where}; if that does not matter, \`ignore\` it`);
}
