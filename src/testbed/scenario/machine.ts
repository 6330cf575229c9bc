/**
 * The state machine of a scenario: it remembers every command. Its snapshot is their list as text,
 * in which each letter is a byte.
 */

import type { Entry } from '../../raft/index.ts';
import { demand } from './fault.ts';
import type { Command } from './notation.ts';

/** What a state machine was given at once, by a snapshot; index 0 without one. */
export interface Restored {
  readonly index: number;
  readonly commands: readonly Command[];
}

export function commandsIn(entries: readonly Entry<Command>[]): Command[] {
  return entries.flatMap((entry) => (entry.kind === 'command' ? [entry.command] : []));
}

export function encodeCommands(commands: readonly Command[]): Uint8Array {
  return new TextEncoder().encode(commands.join(','));
}

export class StateMachine {
  restored: Restored = { index: 0, commands: [] };
  /** What came after that. */
  readonly applied: Entry<Command>[] = [];

  get commands(): readonly Command[] {
    return [...this.restored.commands, ...commandsIn(this.applied)];
  }

  apply(entries: readonly Entry<Command>[]): void {
    for (const entry of entries) {
      const next = (this.applied.at(-1)?.index ?? this.restored.index) + 1;
      demand(entry.index === next, `the core applies ${entry.index} where ${next} is next`);
      this.applied.push(entry);
    }
  }

  snapshot(): Uint8Array {
    return encodeCommands(this.commands);
  }

  /** Begins anew with what a snapshot contains, or with nothing. */
  restore(snapshot: { readonly index: number; readonly data: Uint8Array } | null): void {
    const text = new TextDecoder().decode(snapshot?.data);
    this.restored = {
      index: snapshot?.index ?? 0,
      commands: text === '' ? [] : text.split(','),
    };
    this.applied.length = 0;
  }
}
