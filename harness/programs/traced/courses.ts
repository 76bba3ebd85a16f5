import type { Image } from '../../disk/image/image.ts';
import { answer, type Question } from './questions.ts';

interface Fork<T> {
  readonly question: Question;
  readonly ways: Map<string, Branch<T>>;
}
type Branch<T> = { fork?: Fork<T>; end?: T };

/**
 * The courses that a program was seen to take, as a tree of the questions that it asks of its disk: up to its first
 * question all disks are the same to it, and from there on all that answer it the same. A disk that answers like one
 * that is known all along leads to the same calls, and need not be tried.
 */
export class Courses<T> {
  readonly #root: Branch<T> = {};

  /** The course that a disk leads to, if it is known. */
  find(image: Image): T | undefined {
    let at: Branch<T> | undefined = this.#root;
    while (at?.fork) at = at.fork.ways.get(answer(image, at.fork.question));
    return at?.end;
  }

  /** Keeps a course. One that asks other questions than another did on the same answers is not kept: @returns false */
  add(image: Image, questions: readonly Question[], course: T): boolean {
    let at = this.#root;
    for (const question of questions) {
      if (at.end !== undefined) return false;
      at.fork ??= { question, ways: new Map() };
      const { about, path } = at.fork.question;
      if (about !== question.about || path !== question.path) return false;
      const said = answer(image, question);
      let next = at.fork.ways.get(said);
      if (next === undefined) at.fork.ways.set(said, (next = {}));
      at = next;
    }
    if (at.fork) return false;
    at.end = course;
    return true;
  }
}
