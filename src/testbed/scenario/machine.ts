/**
 * The state machine of a scenario: it remembers every command. Its snapshot is their list as text,
 * in which each letter is a byte; or, when it has to weigh something else, a number that names it.
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

/** The contents of snapshots that are longer or shorter than their commands. */
export class SnapshotContents {
  readonly #contents: (readonly Command[])[] = [];

  /** @param bytes how long it is to be; null is as long as its commands are */
  encode(commands: readonly Command[], bytes: number | null): Uint8Array {
    if (bytes === null) return encodeCommands(commands);
    const name = `@${this.#contents.push(commands)}`;
    return new TextEncoder().encode(name.padEnd(bytes, '.'));
  }

  decode(data: Uint8Array | undefined): readonly Command[] {
    const text = new TextDecoder().decode(data);
    const [, number] = /^@(\d+)\.*$/.exec(text) ?? [];
    if (number !== undefined) return this.#contents[Number(number) - 1] ?? [];
    return text === '' ? [] : text.split(',');
  }
}

export class StateMachine {
  readonly #contents: SnapshotContents;
  /** What the next snapshot weighs, when that is given. */
  snapshotBytes: number | null = null;
  restored: Restored = { index: 0, commands: [] };
  /** What came after that. */
  readonly applied: Entry<Command>[] = [];

  constructor(contents: SnapshotContents) {
    this.#contents = contents;
  }

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
    const bytes = this.snapshotBytes;
    this.snapshotBytes = null;
    return this.#contents.encode(this.commands, bytes);
  }

  /** Begins anew with what a snapshot contains, or with nothing. */
  restore(snapshot: { readonly index: number; readonly data: Uint8Array } | null): void {
    this.restored = {
      index: snapshot?.index ?? 0,
      commands: this.#contents.decode(snapshot?.data),
    };
    this.applied.length = 0;
  }
}
