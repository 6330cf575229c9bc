/**
 * Several traces of one run as one, by time: what the bench has seen, and what each node has written
 * of itself. The clocks of one machine's processes agree to some hundredth of a millisecond; where
 * that is not enough, a node's step that takes in a message is put behind the sender's that sent it.
 */

import { roundMs } from './encode.ts';
import type { TraceEvent, TraceHeader, TraceLevel } from './format.ts';
import { likenessOf, messagesSent, messageTakenIn } from './node-messages.ts';
import type { PlacedEvent, PlacedTrace } from './read-trace.ts';
import { TraceFault } from './trace-fault.ts';

/**
 * A receiver waits for its sender's clock to come this far beyond its own, in milliseconds; what has
 * not been sent by then is not in the sender's trace.
 */
const maxSkewMs = 1000;

/** So many messages are remembered as sent. */
const maxRemembered = 200_000;

/** @throws TraceFault when these cannot be traces of one run */
export function mergeTraces(traces: readonly PlacedTrace[]): PlacedTrace {
  const [only, ...more] = traces;
  if (only === undefined) throw new TraceFault('there is no trace to merge');
  if (more.length === 0) return only;
  const base = baseOf(traces.map(({ header }) => header));
  return {
    header: mergedHeader(
      base,
      traces.map(({ header }) => header),
    ),
    events: { [Symbol.iterator]: () => merge(base, traces) },
  };
}

/** The one whose clock and description the others join. */
function baseOf(headers: readonly TraceHeader[]): TraceHeader {
  const whole = headers.filter(({ source }) => source !== 'node');
  if (whole.length > 1) {
    const names = whole.map(({ source }) => source).join(' and ');
    throw new TraceFault(`two of the traces are each of a whole run: ${names}`);
  }
  if (headers.some(({ startedAtMs }) => startedAtMs === null)) {
    throw new TraceFault('a trace on virtual time has no moment in common with another');
  }
  const [first, ...others] = headers;
  const [base] = whole;
  if (first === undefined) throw new TraceFault('there is no trace to merge');
  const earlier = (a: TraceHeader, b: TraceHeader): TraceHeader =>
    startOf(a) <= startOf(b) ? a : b;
  return base ?? others.reduce(earlier, first);
}

function startOf({ startedAtMs }: TraceHeader): number {
  return startedAtMs ?? 0;
}

function mergedHeader(base: TraceHeader, headers: readonly TraceHeader[]): TraceHeader {
  const nodes = new Set([base, ...headers].flatMap((header) => header.nodes));
  const told = headers.flatMap(nodesTold);
  const about = base.source === 'node' ? { ...base.about, node: told.join(' ') } : base.about;
  return { ...base, level: levelOf(base, headers), nodes: [...nodes], about };
}

/** The nodes whose own traces these are. */
function nodesTold({ source, about }: TraceHeader): readonly string[] {
  return source === 'node' ? (about['node'] ?? '').split(' ') : [];
}

/** Whether a trace tells of all nodes: one that nodes have written may be of some. */
export function isOfAllNodes(header: TraceHeader): boolean {
  const told = nodesTold(header);
  return header.source !== 'node' || header.nodes.every((node) => told.includes(node));
}

function levelOf(base: TraceHeader, headers: readonly TraceHeader[]): TraceLevel {
  const ofNodes = headers.filter(({ source }) => source === 'node');
  if (ofNodes.length === 0) return base.level;
  return ofNodes.every(({ level }) => level === 'full') ? 'full' : 'roles';
}

/** A trace that is being read: its next event, on the common clock. */
interface Head {
  readonly events: Iterator<PlacedEvent>;
  readonly shiftMs: number;
  /** Whose own trace it is. */
  readonly nodes: readonly string[];
  next: PlacedEvent | null;
  timeMs: number;
}

function* merge(
  base: TraceHeader,
  traces: readonly PlacedTrace[],
): Generator<PlacedEvent, void, undefined> {
  const heads = traces.map(({ header, events }): Head => {
    const iterator = events[Symbol.iterator]();
    const shiftMs = startOf(header) - startOf(base);
    return { events: iterator, shiftMs, nodes: nodesTold(header), next: null, timeMs: 0 };
  });
  const sent = new Sent();
  let lastMs = Number.NEGATIVE_INFINITY;
  try {
    for (const head of heads) advance(head);
    for (;;) {
      const head = choose(heads, sent);
      const { next } = head ?? {};
      if (head === null || next === null || next === undefined) return;
      lastMs = Math.max(lastMs, head.timeMs);
      sent.note(next.event);
      yield { place: next.place, event: { ...next.event, timeMs: roundMs(lastMs) } };
      advance(head);
    }
  } finally {
    for (const { events } of heads) events.return?.();
  }
}

function advance(head: Head): void {
  const { done, value } = head.events.next();
  head.next = done === true ? null : value;
  if (head.next !== null) head.timeMs = head.next.event.timeMs + head.shiftMs;
}

/** The earliest that waits for nobody; the earliest, if all wait. Null when all are at their end. */
function choose(heads: readonly Head[], sent: Sent): Head | null {
  const waiting = heads.filter(({ next }) => next !== null).sort((a, b) => a.timeMs - b.timeMs);
  return waiting.find((head) => !waitsForSender(head, heads, sent)) ?? waiting[0] ?? null;
}

function waitsForSender(
  { next, timeMs, nodes }: Head,
  heads: readonly Head[],
  sent: Sent,
): boolean {
  const message = next === null ? null : messageTakenIn(next.event);
  if (message === null || nodes.includes(message.from)) return false;
  const sender = heads.find((head) => head.nodes.includes(message.from));
  if (sender === undefined || sender.next === null) return false;
  return sender.timeMs <= timeMs + maxSkewMs && !sent.has(message);
}

/** What was sent lately. A message may arrive twice, or never. */
class Sent {
  readonly #likenesses = new Set<string>();

  note(event: TraceEvent): void {
    for (const message of messagesSent(event)) this.#likenesses.add(likenessOf(message));
    for (const oldest of this.#likenesses) {
      if (this.#likenesses.size <= maxRemembered) break;
      this.#likenesses.delete(oldest);
    }
  }

  has(message: Parameters<typeof likenessOf>[0]): boolean {
    return this.#likenesses.has(likenessOf(message));
  }
}
