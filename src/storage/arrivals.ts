/**
 * How the data of an entry came: not at all, as a whole file, or as a delta. 'linkable': not at all, because the previous
 * backup has it, in a file that was seen, and that can have one more name.
 */
export type Way = 'none' | 'whole' | 'delta' | 'linkable';

const WAYS: readonly Way[] = ['none', 'whole', 'delta', 'linkable'];
// mutant: equivalent: how much at a time is a matter of speed and memory alone
const FIRST_SIZE = 1024;

/** How the data of each entry of a manifest came, by its place in the manifest. One byte each. */
export class Arrivals {
  private bytes = new Uint8Array(FIRST_SIZE);
  private length = 0;

  push(way: Way): void {
    if (this.length === this.bytes.length) {
      const larger = new Uint8Array(this.length * 2);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes[this.length++] = WAYS.indexOf(way);
  }

  set(index: number, way: Way): void {
    this.bytes[index] = WAYS.indexOf(way);
  }

  at(index: number): Way {
    return WAYS[this.bytes[index] ?? 0]!;
  }
}
