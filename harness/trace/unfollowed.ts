/**
 * A program did something that the recorder can't follow, or its record does not come out as the real directory did:
 * nothing is known of what it does to a disk, and nobody may call it safe.
 */
export class Unfollowed extends Error {
  override name = 'Unfollowed';
}

/** A file of the disk is mapped to be shared and written to: that can be followed if the program is made to stand still. */
export class SharedMapping extends Unfollowed {}
