/** An operating error: stored or received bytes are not what their format says. */
export interface Damage extends Error {
  readonly code: 'EBADMSG';
}

/**
 * Makes the error for bytes that can't be what they claim to be. `what` names the format ("delta", "manifest"),
 * `offset` is the byte in it (from 0) where it stopped making sense, `reason` says what was wrong there.
 */
export function damage(what: string, offset: number, reason: string): Damage {
  return Object.assign(new Error(`${what} is damaged at byte ${offset}: ${reason}`), {
    code: 'EBADMSG' as const,
  });
}

/** Whether an error says that bytes were damaged, as opposed to not readable at all. */
export function isDamage(error: unknown): error is Damage {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'EBADMSG';
}
