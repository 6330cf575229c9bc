/** What nodes were and how far they had come, from what they have told themselves. */

import type { RoleChange } from '../../raft/index.ts';
import type { StateSummary } from '../../trace/format.ts';
import { encodeBounded } from './columns.ts';
import type { MarkColumns, ProgressColumns, SpanColumns } from './format.ts';
import type { Values } from './values.ts';

interface Span {
  readonly node: number;
  readonly fromUs: number;
  readonly role: string;
  readonly term: number;
  readonly leader: string | null;
  readonly votedFor: string | null;
  reason: string | null;
}

interface Mark {
  readonly atUs: number;
  readonly node: number;
  readonly kind: string;
  readonly text: string;
}

interface Progress {
  atUs: number;
  lastIndex: number;
  durableIndex: number;
  commitIndex: number;
  appliedIndex: number;
}

const maxSpans = 100_000;
const maxMarks = 100_000;
/** Of all nodes together. */
const maxProgress = 400_000;

export class NodeStates {
  readonly #spans: Span[] = [];
  readonly #current: (Span | undefined)[] = [];
  readonly #marks: Mark[] = [];
  readonly #progress: Progress[][] = [];
  #progressCount = 0;
  /** Steps of progress that are closer together than this are one. */
  progressUs = 0;
  droppedSpans = 0;
  droppedMarks = 0;

  constructor(nodeCount: number) {
    for (let node = 0; node < nodeCount; node++) this.#progress.push([]);
  }

  /** A node's memory is this now. */
  state(atUs: number, node: number, state: StateSummary): void {
    const { role, term, votedFor } = state;
    // Older traces do not say whom a node follows.
    const leader = state.leader ?? null;
    this.#become({ node, fromUs: atUs, role, term, leader, votedFor, reason: null });
    this.#advance(atUs, node, state);
  }

  roleChange(
    atUs: number,
    node: number,
    { role, term, leader, reason }: Pick<RoleChange, 'role' | 'term' | 'leader' | 'reason'>,
  ): void {
    const span = this.#current[node];
    if (span !== undefined && span.role === role && span.term === term) {
      // It has told its state before it told why.
      if (span.leader === leader || leader === null) {
        span.reason ??= reason;
        return;
      }
    }
    this.role(atUs, node, role, term, leader, reason);
  }

  role(
    atUs: number,
    node: number,
    role: string,
    term: number,
    leader: string | null,
    reason: string,
  ): void {
    const span = this.#current[node];
    const votedFor = span !== undefined && span.term === term ? span.votedFor : null;
    this.#become({ node, fromUs: atUs, role, term, leader, votedFor, reason });
  }

  /** It is gone until it is heard of again. */
  down(atUs: number, node: number, reason: string): void {
    if (this.#current[node]?.role === 'down') return;
    const term = this.#current[node]?.term ?? 0;
    const gone = { role: 'down', term, leader: null, votedFor: null, reason };
    this.#become({ node, fromUs: atUs, ...gone });
  }

  /** It has been started again, and has not yet said what it is. */
  back(atUs: number, node: number): void {
    const span = this.#current[node];
    if (span?.role !== 'down') return;
    const { term } = span;
    const back = { role: 'unknown', term, leader: null, votedFor: null, reason: 'started again' };
    this.#become({ node, fromUs: atUs, ...back });
  }

  mark(atUs: number, node: number, kind: string, text: string): void {
    if (this.#marks.length >= maxMarks) this.droppedMarks++;
    else this.#marks.push({ atUs, node, kind, text });
  }

  #become(next: Span): void {
    const span = this.#current[next.node];
    const isSame =
      span !== undefined &&
      span.role === next.role &&
      span.term === next.term &&
      span.leader === next.leader &&
      span.votedFor === next.votedFor;
    if (isSame) {
      if (next.reason !== null) span.reason ??= next.reason;
      return;
    }
    if (this.#spans.length >= maxSpans) {
      this.droppedSpans++;
      return;
    }
    this.#current[next.node] = next;
    this.#spans.push(next);
  }

  #advance(atUs: number, node: number, state: StateSummary): void {
    const rows = this.#progress[node] ?? [];
    const last = rows.at(-1);
    const { lastIndex, durableIndex, commitIndex, appliedIndex } = state;
    const isSame =
      last !== undefined &&
      last.lastIndex === lastIndex &&
      last.durableIndex === durableIndex &&
      last.commitIndex === commitIndex &&
      last.appliedIndex === appliedIndex;
    if (isSame) return;
    const next = { lastIndex, durableIndex, commitIndex, appliedIndex };
    const isClose = rows.length > 1 && last !== undefined && atUs - last.atUs < this.progressUs;
    if (isClose) {
      Object.assign(last, next);
      return;
    }
    rows.push({ atUs, ...next });
    this.#progressCount++;
    if (this.#progressCount > maxProgress) this.#thin();
  }

  /** Makes every other step one with the step before it, and so it goes on. */
  #thin(): void {
    this.progressUs = Math.max(1000, this.progressUs * 2);
    this.#progressCount = 0;
    for (const rows of this.#progress) {
      const kept: Progress[] = [];
      for (const row of rows) {
        const last = kept.at(-1);
        const isClose = last !== undefined && row.atUs - last.atUs < this.progressUs;
        if (isClose) Object.assign(last, { ...row, atUs: last.atUs });
        else kept.push(row);
      }
      rows.length = 0;
      for (const row of kept) rows.push(row);
      this.#progressCount += rows.length;
    }
  }

  encodeSpans(values: Values): SpanColumns {
    const column = (of: (span: Span) => number) => encodeBounded(this.#spans.map(of));
    return {
      node: column(({ node }) => node),
      fromUs: column(({ fromUs }) => fromUs),
      role: column(({ role }) => values.add(role)),
      term: column(({ term }) => term),
      reason: column(({ reason }) => values.add(reason)),
      leader: column(({ leader }) => values.add(leader)),
      votedFor: column(({ votedFor }) => values.add(votedFor)),
    };
  }

  encodeProgress(): readonly ProgressColumns[] {
    return this.#progress.map((rows) => ({
      atUs: encodeBounded(rows.map(({ atUs }) => atUs)),
      lastIndex: encodeBounded(rows.map(({ lastIndex }) => lastIndex)),
      durableIndex: encodeBounded(rows.map(({ durableIndex }) => durableIndex)),
      commitIndex: encodeBounded(rows.map(({ commitIndex }) => commitIndex)),
      appliedIndex: encodeBounded(rows.map(({ appliedIndex }) => appliedIndex)),
    }));
  }

  encodeMarks(values: Values): MarkColumns {
    const column = (of: (mark: Mark) => number) => encodeBounded(this.#marks.map(of));
    return {
      atUs: column(({ atUs }) => atUs),
      node: column(({ node }) => node),
      kind: column(({ kind }) => values.add(kind)),
      text: column(({ text }) => values.add(text)),
    };
  }
}
