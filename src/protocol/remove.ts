import type { ByteString } from '../storage/manifest/byte-string.ts';
import { codeOf } from '../storage/errors.ts';
import type { Conversation } from './backup.ts';
import { named } from './choose.ts';
import { Refusal } from './fault.ts';
import { whyLocked } from './locked.ts';

/** Deletes a backup. Unlike Burp's server, the answer comes when it is durably gone: the client leaves with it. */
export async function serveDelete(conversation: Conversation, backup: ByteString): Promise<void> {
  const { frames, store, terms } = conversation;
  if (!terms.can.delete) throw new Refusal('Client delete is not allowed', 'c');
  const found = named(
    (await store.backups()).filter(({ state }) => state === 'finished'),
    backup,
  );
  if (!found) throw new Refusal('backup not found');
  try {
    await store.remove(found.number);
  } catch (error) {
    switch (codeOf(error)) {
      case 'EPERM':
        throw new Refusal('backup not deletable');
      case 'EBUSY':
        throw await whyLocked(store);
      default:
        throw error;
    }
  }
  frames.send('c', 'ok');
}
