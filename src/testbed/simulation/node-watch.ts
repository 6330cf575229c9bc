/** What is remembered of one node between two looks at it. */

import type { Entry, MembershipAt, RaftView, RequestId } from '../../raft/index.ts';
import { DurableLog } from './durable-log.ts';

/** What a look at a node's log has found. */
export interface LogChange {
  /** The first entry that is gone, and all after it; null when none is. */
  readonly removed: LogEntry | null;
  /** Entries that are new, oldest first. */
  readonly added: readonly LogEntry[];
}

export type LogEntry = RaftView['log']['entries'][number];

const noChange: LogChange = { removed: null, added: [] };

export class NodeWatch {
  readonly name: string;
  readonly disk: DurableLog = new DurableLog();
  /** The memory of the core, or null while the node is down. */
  view: RaftView | null = null;
  /** The log as it was last seen; the same entries, not copies. */
  #baseIndex = 0;
  #entries: LogEntry[] = [];
  term = 0;
  commitIndex = 0;
  appliedIndex = 0;
  wasLeader = false;
  /** What was committed, as anybody knew, when a read was asked for. */
  readonly reads: Map<RequestId, number> = new Map();
  /** Where proposals stand in the log. */
  readonly proposals: Map<RequestId, LogEntry> = new Map();
  /** The membership that the log says is in effect. */
  membership: Pick<MembershipAt, 'index'> & { readonly membership: unknown } = {
    index: 0 as MembershipAt['index'],
    membership: null,
  };

  constructor(name: string) {
    this.name = name;
  }

  /** A new life begins: what was in memory is gone. */
  begin(view: RaftView): void {
    this.view = view;
    this.#baseIndex = view.log.baseIndex;
    this.#entries = [];
    this.term = view.currentTerm;
    this.commitIndex = view.commitIndex;
    this.appliedIndex = view.appliedIndex;
    this.wasLeader = false;
    this.reads.clear();
    this.proposals.clear();
  }

  /** Compares the log with how it was at the last look. Costs next to nothing when it is the same. */
  lookAtLog({ log }: RaftView): LogChange {
    const { entries, baseIndex } = log;
    const known = this.#entries;
    const isSame =
      baseIndex === this.#baseIndex &&
      entries.length === known.length &&
      entries[entries.length - 1] === known[known.length - 1];
    if (isSame) return noChange;
    if (baseIndex > this.#baseIndex) {
      known.splice(0, Math.min(known.length, baseIndex - this.#baseIndex));
      this.#baseIndex = baseIndex;
    }
    let common = Math.min(known.length, entries.length);
    while (common > 0 && known[common - 1] !== entries[common - 1]) common--;
    const removed = known[common] ?? null;
    const added = entries.slice(common);
    known.length = common;
    known.push(...added);
    return { removed, added };
  }

  get baseIndex(): number {
    return this.#baseIndex;
  }

  get lastIndex(): number {
    return this.#baseIndex + this.#entries.length;
  }

  entryAt(index: number): LogEntry | undefined {
    return this.#entries[index - this.#baseIndex - 1];
  }

  /** Whether the log has this entry; what was compacted away it has had. */
  has(index: number, term: number): boolean {
    return index <= this.#baseIndex || this.entryAt(index)?.term === term;
  }

  /** The last entry up to the end that sets a membership. */
  findMembership(): Extract<Entry<unknown>, { kind: 'membership' }> | null {
    for (let at = this.#entries.length - 1; at >= 0; at--) {
      const entry = this.#entries[at];
      if (entry?.kind === 'membership') return entry as never;
    }
    return null;
  }
}
