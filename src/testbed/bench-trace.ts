/**
 * `trace.jsonl` of a run: every message that the network carries and what becomes of it, what
 * clients ask, and the faults. Times count from when clients begin to ask; what comes before that is
 * kept until then, and has negative times.
 */

import { type Json, stringifyJson } from '../machine/json.ts';
import type { Body } from '../maelstrom/message.ts';
import { quoteName } from '../maelstrom/quoted-names.ts';
import { encodeHeader, jsonOf, roundMs } from '../trace/encode.ts';
import { type Happening, type TraceHeader, traceFormat, traceVersion } from '../trace/format.ts';
import { ClientTrace } from './client-trace.ts';
import { textOf } from './envelope-text.ts';
import { describeGrudge, type FaultEvent } from './nemesis.ts';
import type { Envelope, NetworkEvent } from './network.ts';
import type { JsonLinesFile } from './run-directory.ts';
import type { MessageCounts } from './statistics.ts';
import type { Ending } from './workload.ts';

export interface BenchTraceOptions {
  readonly file: JsonLinesFile;
  readonly nodes: readonly string[];
  /** What else is to be known of the run. */
  readonly about: TraceHeader['about'];
  /** Milliseconds since this process began. */
  readonly nowMs: () => number;
  readonly isClient: (name: string) => boolean;
}

/** What has happened before clients began to ask. */
interface Early {
  readonly nowMs: number;
  readonly members: string;
}

export class BenchTrace {
  readonly #options: BenchTraceOptions;
  readonly #counts = { servers: 0, clients: 0, lost: 0, overflowed: 0 };
  #early: Early[] = [];
  #originMs: number | null = null;

  constructor(options: BenchTraceOptions) {
    this.#options = options;
  }

  get counts(): MessageCounts {
    return this.#counts;
  }

  /** Clients begin to ask: from now times count. */
  begin(nowMs: number): void {
    const { file, nodes, about } = this.#options;
    this.#originMs = nowMs;
    const startedAtMs = performance.timeOrigin + nowMs;
    const format = { format: traceFormat, version: traceVersion } as const;
    const what = { source: 'bench', level: 'roles', nodes, startedAtMs, about } as const;
    file.push(encodeHeader({ ...format, ...what }));
    for (const early of this.#early) file.push(lineOf(early.nowMs - nowMs, early.members));
    this.#early = [];
  }

  /** Whatever has happened is in the file now, or on its way there. */
  async close(): Promise<void> {
    if (this.#originMs === null) this.begin(this.#options.nowMs());
    await this.#options.file.close();
  }

  message(event: NetworkEvent, envelope: Envelope<Body>): void {
    this.#count(event, envelope);
    this.#put(membersOfMessage(event, envelope));
  }

  #count(event: NetworkEvent, { message: { src, dest } }: Envelope<Body>): void {
    const { isClient } = this.#options;
    if (event === 'send') this.#counts[isClient(src) || isClient(dest) ? 'clients' : 'servers']++;
    if (event === 'lose') this.#counts.lost++;
  }

  /** A message is about to be lost, since it did not fit into what may wait for a paused node. */
  noteOverflow(): void {
    this.#counts.overflowed++;
  }

  clients<Operation, Completion extends Ending>(
    concurrency: number,
  ): ClientTrace<Operation, Completion> {
    const { nodes } = this.#options;
    return new ClientTrace({ nodes, concurrency, emit: (event) => this.#emit(event) });
  }

  fault(event: FaultEvent): void {
    const traced = tracedFault(event, this.#options.nodes);
    if (traced !== null) this.#emit(traced);
  }

  #emit(event: Happening): void {
    this.#put(membersOf(event));
  }

  /** @param members of the event after its time, and the end of the object */
  #put(members: string): void {
    const nowMs = this.#options.nowMs();
    if (this.#originMs === null) this.#early.push({ nowMs, members });
    else this.#options.file.push(lineOf(nowMs - this.#originMs, members));
  }
}

function lineOf(timeMs: number, members: string): string {
  return `{"timeMs":${roundMs(timeMs)},${members}`;
}

/** There are two events of clients for each operation: they are written as fast as can be. */
function membersOf(event: Happening): string {
  switch (event.kind) {
    case 'invoke': {
      const { operation, f, key, value } = event;
      const names = `"client":${quoteName(event.client)},"node":${quoteName(event.node)}`;
      const what = `"f":${quoteName(f)},"key":${shortJson(key)},"value":${shortJson(value)}`;
      const phase = event.final === true ? ',"final":true' : '';
      return `"kind":"invoke","operation":${operation},${names},${what}${phase}}`;
    }
    case 'complete': {
      const { operation, type, value, error } = event;
      const what = `"type":"${type}","value":${shortJson(value)},"error":${shortJson(error)}`;
      return `"kind":"complete","operation":${operation},${what}}`;
    }
    default:
      return jsonOf(event).slice(1);
  }
}

/** Mostly a small number or two. */
function shortJson(value: unknown): string {
  if (typeof value === 'number' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(shortJson).join(',')}]`;
  return stringifyJson(value as Json);
}

/** A message's body has been put into words already. */
function membersOfMessage(kind: NetworkEvent, envelope: Envelope<Body>): string {
  const { id, message } = envelope;
  if (kind !== 'send') return `"kind":"${kind}","id":${id}}`;
  const text = textOf(envelope);
  // In a name the quotes would be escaped.
  const body = text.slice(text.indexOf('"body":'));
  const names = `"from":${quoteName(message.src)},"to":${quoteName(message.dest)}`;
  return `"kind":"send","id":${id},${names},${body}`;
}

/** Null for what was done to nobody. */
function tracedFault(
  event: FaultEvent,
  all: readonly string[],
): Extract<Happening, { kind: 'fault' }> | null {
  switch (event.f) {
    case 'start-partition': {
      const nodes = all.filter((node) => (event.grudge.get(node)?.size ?? 0) > 0);
      const text = `${describeGrudge(event.grudge, all)} (${event.shape})`;
      return { kind: 'fault', fault: 'partition', phase: 'begin', nodes, text };
    }
    case 'stop-partition':
      return {
        kind: 'fault',
        fault: 'partition',
        phase: 'end',
        nodes: all,
        text: 'all links work',
      };
    case 'kill':
    case 'pause': {
      const { f: fault, nodes, target } = event;
      const text = `${nodes.join(' ')} (${target})`;
      return nodes.length === 0 ? null : { kind: 'fault', fault, phase: 'begin', nodes, text };
    }
    case 'start':
    case 'resume': {
      const { nodes } = event;
      const fault = event.f === 'start' ? 'kill' : 'pause';
      // Of nobody: all who were paused have been killed, and with that the pause is over.
      const text = nodes.join(' ');
      return { kind: 'fault', fault, phase: 'end', nodes, text };
    }
    case 'restarted': {
      const { node, tookMs } = event;
      const text = `${node} answers again after ${Math.round(tookMs)} ms`;
      return { kind: 'fault', fault: 'restarted', phase: 'moment', nodes: [node], text };
    }
  }
}
