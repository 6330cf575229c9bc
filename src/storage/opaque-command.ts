/** Commands for who reads a store without knowing what they mean. */

import type { CommandReading } from './log-record.ts';

export interface OpaqueCommand {
  /** How long it is as it is stored. */
  readonly length: number;
  readonly beginning: Uint8Array;
}

const beginningBytes = 64;

export const opaqueCommands: CommandReading<OpaqueCommand> = {
  decode: (bytes) => ({
    length: bytes.length,
    beginning: new Uint8Array(bytes.subarray(0, beginningBytes)),
  }),
};
