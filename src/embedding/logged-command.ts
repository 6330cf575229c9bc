/** What stands in the log of a node, and how: on disk, and in messages. */

import { exactlyOnce } from '../machine/exactly-once.ts';
import { bytesFormat } from '../machine/json-format.ts';
import type { SessionCommand, SessionResult } from '../machine/session-command.ts';
import { parseSessionCommand, parseSessionResult } from '../machine/session-wire.ts';
import type { SessionMachine } from '../machine/sessions.ts';
import type { ReplicaMessage, WireFormat } from '../replica/index.ts';
import type { CommandFormat } from '../storage/index.ts';
import { parseText, type Text, textBytes, textFormat } from './text.ts';
import type { Question, TextMachine } from './text-machine.ts';

/** A command as a node's store keeps it: of a session, in the bytes of its format, as a text. */
export type LoggedCommand = SessionCommand<Text>;
export type LoggedResult = SessionResult<Text>;
export type NodeMessage = ReplicaMessage<Text, Text>;

export const wireFormat: WireFormat<LoggedCommand, LoggedResult> = {
  parseCommand: (value) => parseSessionCommand(value, parseText),
  parseResult: (value) => parseSessionResult(value, parseText),
};

/** How commands stand in a store. */
export const loggedCommandFormat: CommandFormat<LoggedCommand> = {
  encode: (command) => Buffer.from(JSON.stringify(command)),
  decode: ({ buffer, byteOffset, byteLength }) =>
    wireFormat.parseCommand(JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString())),
};

/** The machine in sessions, so that a command that is tried again takes effect once. */
export function inSessions<Command, Query, Result, Snapshot>(
  machine: TextMachine<Command, Query, Result, Snapshot>,
): SessionMachine<Text, Question<Query>, Text> {
  return exactlyOnce(machine, {
    sizeOf: textBytes,
    results: textFormat,
    snapshots: bytesFormat,
  });
}
