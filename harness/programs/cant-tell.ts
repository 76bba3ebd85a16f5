/**
 * Thrown out of a life of which nothing is known, whatever it did: its program could not be followed. That is no fault
 * of the program's, and never a pass.
 */
export class CantTell extends Error {
  override name = 'CantTell';
}
