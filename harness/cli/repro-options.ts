import type { DebugAddress } from './io.ts';

/** What the command line says besides the token or the scenario. */
export interface ReproOptions {
  readonly materialize?: string;
  readonly from?: string;
  readonly tree?: readonly string[];
  readonly at?: number;
  readonly model?: string;
  readonly step?: boolean;
  /** Where a debugger is to attach. */
  readonly debug?: DebugAddress;
  /** Milliseconds that a life may go on without a call. */
  readonly loopLimit: number;
}
