/** What no file of a simulated disk is: the questions of `node:fs`' Stats and Dirent that are answered alike for all. */
export class Ordinary {
  isBlockDevice(): boolean {
    return false;
  }

  isCharacterDevice(): boolean {
    return false;
  }

  isFIFO(): boolean {
    return false;
  }

  isSocket(): boolean {
    return false;
  }
}
