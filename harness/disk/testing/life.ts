import * as fc from 'fast-check';
import { Core } from '../core/core.ts';
import { PowerCut } from '../errors.ts';
import { Image } from '../image/image.ts';
import type { Op } from '../journal.ts';
import { type Command, command } from './commands.ts';
import { newSubject, runCommand } from './run-command.ts';
import { simulatedDisk } from './sync-disk.ts';
import { treeText } from './tree-text.ts';

/** The commands of a life. */
export const commands = fc.array(command, { minLength: 1, maxLength: 60, size: 'max' });

/** Some disk to start from: what a life of these commands left, with no descriptor open. */
export function diskAfter(life: readonly Command[]): Image {
  const core = new Core(Image.empty());
  core.mkdir('/r');
  play(core, life);
  return core.image.fork();
}

/** Runs the commands, up to a power cut if there is one. */
export function play(core: Core, life: readonly Command[]): string[] {
  const subject = newSubject(simulatedDisk(core), '/r');
  const answers: string[] = [];
  try {
    for (const step of life) answers.push(runCommand(subject, step));
  } catch (error) {
    if (!(error instanceof PowerCut)) throw error;
  }
  return answers;
}

/** Applies what the journal says, and nothing else. */
export function replay(image: Image, ops: readonly Op[]): Image {
  for (const op of ops) {
    if (op.birth !== undefined) image.add(op.birth.ino, op.birth.inode);
    for (const change of op.changes) image.apply(change);
  }
  return image;
}

/** The whole disk as text. */
export function tree(image: Image): string[] {
  return treeText(simulatedDisk(new Core(image.fork())), '/');
}

/** The ops of a life, in short. */
export function kinds(core: Core): string[] {
  return core.journal.ops.map((op) => `${op.kind} ${op.path}`);
}
