import type { Mistake } from './mistake.ts';

/** What comes from the client is believed, or lost. */
export const RECEIVING: readonly Mistake[] = [
  {
    name: 'a large patched file is not checked',
    file: 'src/storage/shuffle.ts',
    find: '  checkSum(plain.result(), entry);\n',
    replace: '',
  },
  {
    name: 'a patched file is not checked',
    file: 'src/storage/shuffle.ts',
    find: '    checkSum({ size: plain.length, md5: md5Of(plain) }, entry);\n',
    replace: '',
  },
  {
    name: 'what came before the client left is not accounted for',
    file: 'src/storage/phases.ts',
    find: '      await progress.endBatch();\n',
    replace: '',
  },
  {
    name: 'a full disk in phase 4 drops entries',
    file: 'src/storage/shuffle.ts',
    find: "return isDamage(error) || codeOf(error) === 'ENOENT'",
    replace: "return codeOf(error) === 'ENOSPC' || isDamage(error) || codeOf(error) === 'ENOENT'",
  },
  {
    name: 'small files that are received are not checked',
    file: 'src/storage/receive.ts',
    find: '      if (!isWhole(answer.data, entry, end)) return NOT_WHAT_WAS_READ;\n',
    replace: '',
  },
  {
    name: 'large files that are received are not checked',
    file: 'src/storage/receive.ts',
    find: '  return sum && isSumOf(sum, { ...entry, end }) ? end : NOT_WHAT_WAS_READ;',
    replace: '  return end;',
  },
  {
    name: 'a delta that is received is not tried',
    file: 'src/storage/receive.ts',
    find: '    if (isGood) return',
    replace: '    return',
  },
  {
    name: 'what is kept of a file whose reading was interrupted stays',
    file: 'src/storage/receive.ts',
    find: "  if ('interrupted' in end) return miss(job, wanted, end.interrupted, target);",
    replace: "  if ('interrupted' in end) return miss(job, wanted, end.interrupted);",
  },
];
