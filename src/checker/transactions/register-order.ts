/**
 * The order of the versions of one register, as far as it can be inferred.
 *
 * A value does not show what was there before it, so the order of a key's versions is partial. Each
 * source of it is sound under the model that it is used for:
 *
 * 1. *initial*: the key held nothing before anything was written.
 * 2. *written-after-read*: a transaction that read v and then wrote w made w out of v, so v < w.
 * 3. *nothing-between* (serializable and stronger): between that read of v and that write of w
 *    nobody else wrote, so whatever is later than v, and is not w, is later than w.
 * 4. *read-from* (serializable and stronger): of two transactions that touch the key, where the second
 *    read what the first wrote to any key, what the first left behind is not later than what the
 *    second found or wrote: it comes after the first in the one order that there is.
 * 5. *real-time* (strict serializability): of two transactions that touch the key, where the first
 *    had ended before the second began, what the first left behind is not later than what the
 *    second found or wrote. For the first comes first in the order of transactions that strict
 *    serializability promises, and versions follow one another in that order.
 *
 * Sources are taken in turn, and one of them that would close a circle is left out: the circle is
 * reported, and nothing is inferred from it. Of real time, the order between
 * writers comes first, then what readers add, so that a stale read does not cost the order of the
 * writes that shows it to be stale.
 */

import type { VersionStep } from './anomaly.ts';
import { combined, label } from './graph.ts';
import { linkRealTime } from './real-time.ts';
import type { VersionReason } from './reason.ts';
import { type Access, firstVersion, lastVersion } from './register-access.ts';
import type { AnyTransaction } from './transaction.ts';
import { shortestVersionCycle } from './version-cycle.ts';

export interface VersionEdge extends VersionStep {
  /** What the inference adds to a cycle of transactions that uses it. */
  readonly label: number;
}

export interface RegisterOrder {
  readonly edges: readonly VersionEdge[];
  /** The first that was met; null when there is none. */
  readonly circle: readonly VersionStep[] | null;
}

export interface OrderOptions {
  readonly serializable: boolean;
  readonly realTime: boolean;
}

/** Two accesses to one key, by transactions of which the one must come before the other. */
export interface AccessPair {
  readonly earlier: Access;
  readonly later: Access;
}

/**
 * @param accesses of one key, by transactions that took effect
 * @param readFrom pairs of them, of which the second's transaction read what the first's wrote
 */
export function orderVersions(
  transactions: readonly AnyTransaction[],
  accesses: readonly Access[],
  readFrom: readonly AccessPair[],
  options: OrderOptions,
): RegisterOrder {
  let edges: readonly VersionEdge[] = [];
  const between = (): readonly VersionEdge[] => nothingBetween(accesses, edges);
  const sources: readonly (() => readonly VersionEdge[])[] = [
    () => [...initialEdges(accesses), ...readEdges(accesses)],
    ...(options.serializable ? [between, () => readFrom.flatMap(readFromEdge)] : []),
    ...(options.realTime ? realTimeSources(transactions, accesses) : []),
    ...(options.serializable ? [between] : []),
  ];
  let circle: readonly VersionStep[] | null = null;
  for (const source of sources) {
    const added = newEdges(source(), edges);
    if (added.length === 0) continue;
    const more = [...edges, ...added];
    const steps = shortestVersionCycle(more);
    if (steps === undefined) edges = more;
    else circle ??= steps;
  }
  return { edges, circle };
}

/**
 * Of edges between the same two versions the first is kept: it needs the least to be believed.
 *
 * @param known edges that there are already
 */
function newEdges(
  added: readonly VersionEdge[],
  known: readonly VersionEdge[],
): readonly VersionEdge[] {
  if (added.length === 0) return added;
  const seen = new Map<string | null, Set<string | null>>();
  const isNew = ({ before, after }: VersionEdge): boolean => {
    const later = seen.get(before) ?? new Set();
    seen.set(before, later);
    const { size } = later;
    return later.add(after).size > size;
  };
  for (const edge of known) isNew(edge);
  return added.filter(isNew);
}

function initialEdges(accesses: readonly Access[]): readonly VersionEdge[] {
  return accesses.flatMap(({ written }) =>
    written === undefined
      ? []
      : [{ before: null, after: written, reason: { kind: 'initial' }, label: label.ww } as const],
  );
}

function readEdges(accesses: readonly Access[]): readonly VersionEdge[] {
  return accesses.flatMap(({ transaction, read, written }) =>
    read === undefined || written === undefined
      ? []
      : [
          {
            before: read,
            after: written,
            reason: { kind: 'written-after-read', by: transaction },
            label: label.ww,
          } as const,
        ],
  );
}

/** Versions of which each was made out of the one before, with the last of these steps. */
interface Chain {
  readonly versions: Set<string | null>;
  end: Access;
}

/** Were anything between the two, its writer would be one that the reader did not see: an rw edge. */
function nothingBetween(
  accesses: readonly Access[],
  edges: readonly VersionEdge[],
): readonly VersionEdge[] {
  const chains = chainsOf(accesses);
  return edges.flatMap(({ before, after, label: edgeLabel }): readonly VersionEdge[] => {
    const chain = chains.get(before);
    const end = chain?.end.written;
    if (chain === undefined || end === undefined || chain.versions.has(after)) return [];
    if (before === end) return [];
    const reason: VersionReason = { kind: 'nothing-between', by: chain.end.transaction };
    return [{ before: end, after, reason, label: combined(edgeLabel, label.rw) }];
  });
}

function chainsOf(accesses: readonly Access[]): ReadonlyMap<string | null, Chain> {
  const successors = new Map<string | null, Access>();
  const madeFromAnother = new Set<string | null>();
  for (const access of accesses) {
    const { read, written } = access;
    if (read === undefined || written === undefined || successors.has(read)) continue;
    successors.set(read, access);
    madeFromAnother.add(written);
  }
  const chains = new Map<string | null, Chain>();
  for (const [first, access] of successors) {
    if (madeFromAnother.has(first)) continue;
    const chain: Chain = { versions: new Set([first]), end: access };
    chains.set(first, chain);
    for (let it: Access | undefined = access; it?.written !== undefined; ) {
      chain.versions.add(it.written);
      chain.end = it;
      chains.set(it.written, chain);
      it = successors.get(it.written);
    }
  }
  return chains;
}

function realTimeSources(
  transactions: readonly AnyTransaction[],
  accesses: readonly Access[],
): readonly (() => readonly VersionEdge[])[] {
  const writes = accesses
    .filter(({ written }) => written !== undefined)
    .map((it) => ({ ...it, read: undefined }));
  const all = (isKept: (access: Access) => boolean) => () =>
    realTimeEdges(transactions, accesses)
      .filter(({ later }) => isKept(later))
      .map(({ edge }) => edge);
  return [
    () => realTimeEdges(transactions, writes).map(({ edge }) => edge),
    all(({ read }) => read === undefined),
    all(({ read }) => read !== undefined),
  ];
}

function realTimeEdges(
  transactions: readonly AnyTransaction[],
  accesses: readonly Access[],
): readonly { readonly later: Access; readonly edge: VersionEdge }[] {
  const byTransaction = new Map(accesses.map((it) => [it.transaction, it]));
  const edges: { readonly later: Access; readonly edge: VersionEdge }[] = [];
  linkRealTime(transactions, [...byTransaction.keys()], (a, b) => {
    const earlier = byTransaction.get(a);
    const later = byTransaction.get(b);
    if (earlier === undefined || later === undefined) return;
    const reason = { kind: 'real-time', ...namesOf({ earlier, later }) } as const;
    const edge = edgeOf({ earlier, later }, reason, label.realTime);
    if (edge !== undefined) edges.push({ later, edge });
  });
  return edges;
}

function readFromEdge(pair: AccessPair): readonly VersionEdge[] {
  const edge = edgeOf(pair, { kind: 'read-from', ...namesOf(pair) }, label.ww);
  return edge === undefined ? [] : [edge];
}

function namesOf({
  earlier,
  later,
}: AccessPair): Pick<
  Extract<VersionReason, { readonly earlier: number }>,
  'earlier' | 'later' | 'hasEarlierWritten' | 'hasLaterRead'
> {
  return {
    earlier: earlier.transaction,
    later: later.transaction,
    hasEarlierWritten: earlier.written !== undefined,
    hasLaterRead: later.read !== undefined,
  };
}

/**
 * What the earlier of two transactions left behind is not later than what the other found or wrote.
 * The label says of which class a cycle is that would be there if it were: of writes, of a read of
 * what was written, or of a read that missed a write, with what is known anyway.
 */
function edgeOf(
  { earlier, later }: AccessPair,
  reason: VersionReason,
  known: number,
): VersionEdge | undefined {
  const before = lastVersion(earlier);
  const after = firstVersion(later);
  // Nothing is not later than anything; that the key held something is only lost when it is.
  if (before === after || (before === null && after !== null)) return undefined;
  const isRead = earlier.written === undefined || reason.kind === 'read-from';
  let edgeLabel = isRead ? combined(known, label.wr) : known;
  if (later.read !== undefined) edgeLabel = combined(edgeLabel, label.rw);
  return { before, after, reason, label: edgeLabel };
}
