import type { ByteString } from '../storage/manifest/byte-string.ts';
import { codeOf } from '../storage/errors.ts';
import type { Conversation } from './conversation.ts';
import { named } from './choose.ts';
import { Refusal } from './fault.ts';
import { whenUnlocked } from './locked.ts';
import type { ClientStore } from './ports.ts';

/** Deletes a backup. Unlike Burp's server, the answer comes when it is durably gone: the client leaves with it. */
export async function serveDelete(conversation: Conversation, backup: ByteString): Promise<void> {
  const { frames, store, terms } = conversation;
  if (!terms.can.delete) throw new Refusal('Client delete is not allowed', 'c');
  const found = named(
    (await store.backups()).filter(({ state }) => state === 'finished'),
    backup,
  );
  if (!found) throw new Refusal('backup not found');
  await whenUnlocked(conversation, () => remove(store, found.number));
  frames.send('c', 'ok');
}

async function remove(store: ClientStore, number: number): Promise<void> {
  try {
    await store.remove(number);
  } catch (error) {
    throw codeOf(error) === 'EPERM' ? new Refusal('backup not deletable') : error;
  }
}
