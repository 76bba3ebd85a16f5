import type { Action } from '../protocol/action.ts';
import type { Child } from '../protocol/monitor-ports.ts';
import type { Subject } from '../protocol/ports.ts';
import { backupNumber } from '../storage/layout.ts';

/** Burp's words for what is done, and for how far it is where nothing more is known. */
const WORDS: Partial<Record<Action['kind'], readonly [action: string, phase: string]>> = {
  backup: ['backup', 'scanning'],
  list: ['list', 'listing'],
  browse: ['list', 'listing'],
  diff: ['diff', 'diffing'],
  restore: ['restore', 'restoring'],
  verify: ['verify', 'verifying'],
  delete: ['delete', 'deleting'],
};

interface Activity {
  readonly client: string;
  readonly pid: number;
  readonly action: Action;
  readonly subject: Subject;
  /** Milliseconds since 1970. */
  readonly started: number;
}

/** What is being done for which client, for the status monitor. */
export class Activities {
  private readonly all = new Set<Activity>();

  /** What it gives ends it. */
  begin(activity: Activity): () => void {
    this.all.add(activity);
    return () => void this.all.delete(activity);
  }

  of(client: string): Child[] {
    return [...this.all].filter((one) => one.client === client).flatMap(childOf);
  }
}

function childOf({ pid, action, subject, started }: Activity): Child[] {
  const words = WORDS[action.kind];
  if (!words) return [];
  const [name, phase] = words;
  const { progress } = subject;
  return [
    {
      pid,
      action: name,
      phase: progress?.phase ?? phase,
      backup: backupNumber(progress?.backup ?? subject.backup ?? '') ?? 0,
      started: Math.floor(started / 1000),
      tally: progress?.tally,
    },
  ];
}
