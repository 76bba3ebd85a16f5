/** One thing that a small random program does. What the disk refuses is left out of its life. */
export type Step =
  | { readonly call: 'create' | 'mkdir' | 'rmdir' | 'unlink'; readonly path: string }
  | { readonly call: 'rename' | 'link' | 'symlink'; readonly path: string; readonly to: string }
  | { readonly call: 'write'; readonly path: string; readonly flags: number; readonly data: Piece }
  | { readonly call: 'truncate'; readonly path: string; readonly size: number }
  | { readonly call: 'chmod'; readonly path: string; readonly mode: number }
  | { readonly call: 'fsync' | 'fdatasync' | 'hold'; readonly path: string }
  | { readonly call: 'writeHeld'; readonly data: Piece }
  | { readonly call: 'fsyncHeld' }
  | { readonly call: 'sync' };

/** Bytes that are all alike, at an offset. */
export interface Piece {
  readonly byte: number;
  readonly offset: number;
  readonly length: number;
}
