import type { ScriptOp } from './script.ts';

/** An op of a script as a person would write it down: `pwrite h 6000 x "n" at 0`. */
export function scriptOpText(op: ScriptOp): string {
  switch (op.op) {
    case 'open':
      return `open ${op.path} ${op.flags} as ${op.fd}`;
    case 'pwrite':
      return `pwrite ${op.fd} ${op.data[1]} x "${op.data[0]}" at ${op.offset}`;
    case 'write':
      return `write ${op.fd} ${op.data[1]} x "${op.data[0]}"`;
    case 'ftruncate':
      return `ftruncate ${op.fd} to ${op.size}`;
    case 'truncate':
      return `truncate ${op.path} to ${op.size}`;
    case 'chmod':
      return `chmod ${op.path} 0${op.mode.toString(8)}`;
    case 'symlink':
      return `symlink ${op.path} -> ${op.target}`;
    case 'link':
    case 'rename':
      return `${op.op} ${op.from} ${op.to}`;
    case 'sync':
      return 'sync';
    default:
      return `${op.op} ${'fd' in op ? op.fd : op.path}`;
  }
}
