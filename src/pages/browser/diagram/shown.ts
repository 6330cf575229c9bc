/** Which messages pass the filters, and which of them lie in a stretch of time. */

import { fates } from '../../diagram/format.ts';
import { groups } from './groups.ts';
import { firstAbove, type Messages, type Model } from './model.ts';

export interface Filter {
  /** Positions of groups and nodes that are not wanted. */
  readonly hiddenGroups: ReadonlySet<number>;
  readonly hiddenNodes: ReadonlySet<number>;
  readonly term: number | null;
  readonly onlyLost: boolean;
  /** For each message whether the text that is looked for occurs in it; null when none is. */
  readonly matches: Uint8Array | null;
}

export const lostFate: number = fates.indexOf('lost');
export const inFlightFate: number = fates.indexOf('inFlight');

export const firstFilter = (): Filter => ({
  ...noFilter,
  hiddenGroups: new Set(
    groups.flatMap(({ isHiddenAtFirst }, group) => (isHiddenAtFirst === true ? [group] : [])),
  ),
});

export const noFilter: Filter = {
  hiddenGroups: new Set(),
  hiddenNodes: new Set(),
  term: null,
  onlyLost: false,
  matches: null,
};

/** Messages that pass, by group. */
export function applyFilter(model: Model, filter: Filter): readonly TimeIndex[] {
  const { messages } = model;
  const passing: number[][] = groups.map(() => []);
  const { hiddenGroups, hiddenNodes, term, onlyLost, matches } = filter;
  for (let message = 0; message < messages.count; message++) {
    const group = messages.group[message] ?? 0;
    const isHidden =
      hiddenGroups.has(group) ||
      (term !== null && messages.term[message] !== term) ||
      (onlyLost && messages.fate[message] !== lostFate) ||
      (matches !== null && matches[message] === 0) ||
      hiddenNodes.has(messages.from[message] ?? 0) ||
      hiddenNodes.has(messages.to[message] ?? 0);
    if (!isHidden) passing[group]?.push(message);
  }
  return passing.map((of) => new TimeIndex(messages, Int32Array.from(of)));
}

const blockSize = 64;

/** Messages in the order in which they were sent, with what is needed to find who was on its way. */
export class TimeIndex {
  readonly members: Int32Array;
  readonly #messages: Messages;
  /** When the last of each block of members had arrived. */
  readonly #blockEnds: Float64Array;

  constructor(messages: Messages, members: Int32Array) {
    this.#messages = messages;
    this.members = members;
    this.#blockEnds = new Float64Array(Math.ceil(members.length / blockSize));
    for (let at = 0; at < members.length; at++) {
      const block = Math.floor(at / blockSize);
      const endMs = messages.endMs[members[at] ?? 0] ?? 0;
      if (endMs > (this.#blockEnds[block] ?? 0)) this.#blockEnds[block] = endMs;
    }
  }

  /** The position of the first member that was sent at this time or later. */
  firstSent(atMs: number): number {
    const { sentMs } = this.#messages;
    return firstAbove(this.members.length, (at) => (sentMs[this.members[at] ?? 0] ?? 0) >= atMs);
  }

  countSent(fromMs: number, toMs: number): number {
    return this.firstSent(toMs) - this.firstSent(fromMs);
  }

  /** Adds members that were on their way between these times, at most so many. */
  collect(fromMs: number, toMs: number, into: number[], limit: number): void {
    const { endMs } = this.#messages;
    const end = this.firstSent(toMs);
    const begin = this.firstSent(fromMs);
    for (let block = 0; block * blockSize < begin; block++) {
      if ((this.#blockEnds[block] ?? 0) < fromMs) continue;
      const blockEnd = Math.min(begin, (block + 1) * blockSize);
      for (let at = block * blockSize; at < blockEnd; at++) {
        const message = this.members[at] ?? 0;
        if ((endMs[message] ?? 0) >= fromMs && into.length < limit) into.push(message);
      }
    }
    for (let at = begin; at < end && into.length < limit; at++) into.push(this.members[at] ?? 0);
  }
}
