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
 * 4. *real-time* (strict serializability): of two transactions that touch the key, where the first
 *    had ended before the second began, what the first left behind is not later than what the
 *    second found or wrote. For the first comes first in the order of transactions that strict
 *    serializability promises, and versions follow one another in that order.
 *
 * Sources are taken in turn, and one of them that would close a circle is left out, with all after
 * it: the circle is reported, and nothing is inferred from it. Of real time, the order between
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
  readonly circle: {
    readonly steps: readonly VersionStep[];
    readonly isOfRealTime: boolean;
  } | null;
}

export interface OrderOptions {
  readonly serializable: boolean;
  readonly realTime: boolean;
}

/** @param accesses of one key, by transactions that took effect */
export function orderVersions(
  transactions: readonly AnyTransaction[],
  accesses: readonly Access[],
  options: OrderOptions,
): RegisterOrder {
  let edges: readonly VersionEdge[] = [];
  const between = (): readonly VersionEdge[] => nothingBetween(accesses, edges);
  const sources: readonly (() => readonly VersionEdge[])[] = [
    () => [...initialEdges(accesses), ...readEdges(accesses)],
    ...(options.serializable ? [between] : []),
    ...(options.realTime ? realTimeSources(transactions, accesses) : []),
    ...(options.serializable && options.realTime ? [between] : []),
  ];
  for (const source of sources) {
    const added = source();
    const more = withoutRepetition([...edges, ...added]);
    const steps = shortestVersionCycle(more);
    if (steps !== undefined) {
      return {
        edges,
        circle: { steps, isOfRealTime: steps.some(({ reason }) => reason.kind === 'real-time') },
      };
    }
    edges = more;
  }
  return { edges, circle: null };
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

/**
 * The label says of which class a cycle is that would be there if the order were not so: of writes,
 * of a read of what was written, or of a read that missed a write, each with real time.
 */
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
    const before = lastVersion(earlier);
    const after = firstVersion(later);
    // Nothing is not later than anything; that the key held something is only lost when it is.
    if (before === after || (before === null && after !== null)) return;
    let edgeLabel: number = label.realTime;
    if (earlier.written === undefined) edgeLabel = combined(edgeLabel, label.wr);
    if (later.read !== undefined) edgeLabel = combined(edgeLabel, label.rw);
    const reason: VersionReason = {
      kind: 'real-time',
      earlier: a,
      later: b,
      hasEarlierWritten: earlier.written !== undefined,
      hasLaterRead: later.read !== undefined,
    };
    edges.push({ later, edge: { before, after, reason, label: edgeLabel } });
  });
  return edges;
}

/** Of edges between the same two versions the first: it needs the least to be believed. */
function withoutRepetition(edges: readonly VersionEdge[]): readonly VersionEdge[] {
  const seen = new Map<string | null, Set<string | null>>();
  return edges.filter(({ before, after }) => {
    const later = seen.get(before) ?? new Set();
    seen.set(before, later);
    const isNew = !later.has(after);
    later.add(after);
    return isNew;
  });
}
