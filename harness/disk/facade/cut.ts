/**
 * What a call comes to after a power cut: a program without power can't handle anything. Each promise is a new one:
 * one for all would hold on to every program that ever waited for it.
 */
export function never(): Promise<never> {
  return new Promise<never>(() => {});
}
