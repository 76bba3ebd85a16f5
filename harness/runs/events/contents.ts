import type { TreeEntry } from '../../disk/image/tree.ts';
import type { Story, Tree } from '../../explore/story.ts';
import { CONTENT_MAX, CONTENTS_MAX, type ContentReport } from '../../../reports/schema/story.ts';
import { shortHash } from './node-text.ts';

type FileEntry = Extract<TreeEntry, { type: 'file' }>;

/** The bytes of the files that differ between the trees of a story, each content once, small ones first. */
export function contentsOf(story: Story): ContentReport[] {
  const files = new Map<string, Uint8Array>();
  for (const [i, { seen, crash }] of story.lives.entries()) {
    const after = i === story.lives.length - 1 ? story.recovery.tree : crash;
    for (const path of new Set([...seen.keys(), ...crash.keys(), ...after.keys()])) {
      const found = [seen, crash, after].map((tree) => fileAt(tree, path));
      const hashes = new Set(found.map((file) => file && shortHash(file.content)));
      if (hashes.size === 1) continue;
      for (const file of found)
        if (file && file.content.length > 0) files.set(shortHash(file.content), file.content);
    }
  }
  const contents: ContentReport[] = [];
  let room = CONTENTS_MAX;
  for (const [hash, content] of [...files].sort((one, other) => one[1].length - other[1].length)) {
    const shown = content.subarray(0, Math.min(CONTENT_MAX, room));
    if (shown.length === 0) break;
    room -= shown.length;
    const base64 = Buffer.from(shown).toString('base64');
    contents.push({ hash, size: content.length, base64, cutOff: content.length - shown.length });
  }
  return contents;
}

function fileAt(tree: Tree, path: string): FileEntry | undefined {
  const entry = tree.get(path);
  return entry?.type === 'file' ? entry : undefined;
}
