/**
 * A store that forgets when the process ends. What it holds survives its replica, not its process.
 */

import type { Entry, HardState, Term } from '../raft/index.ts';
import type { Store, StoredState, StoreWrite } from './store.ts';

export class MemoryStore<Command> implements Store<Command> {
  #hardState: HardState = { currentTerm: 0 as Term, votedFor: null };
  readonly #entries: Entry<Command>[] = [];

  async load(): Promise<StoredState<Command>> {
    return { hardState: this.#hardState, entries: [...this.#entries] };
  }

  write(write: StoreWrite<Command>, done: (failure: Error | null) => void): void {
    this.#hardState = write.hardState ?? this.#hardState;
    if (write.truncateFrom !== null) this.#entries.length = write.truncateFrom - 1;
    for (const entry of write.entries) this.#entries.push(entry);
    done(null);
  }
}
