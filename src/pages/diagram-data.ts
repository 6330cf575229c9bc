/**
 * What the space-time diagram shows, from a trace: arrows, what each node was, operations, faults.
 * It reads the events once, and holds no more of them than the page will show.
 */

import type { TraceEvent, TraceHeader } from '../trace/format.ts';
import { type Arrow, NetworkArrows } from './diagram/arrows.ts';
import { Bodies } from './diagram/bodies.ts';
import { encodeColumn } from './diagram/columns.ts';
import { ContentArrows } from './diagram/content-arrows.ts';
import { Faults } from './diagram/faults.ts';
import {
  type DiagramData,
  fates,
  type MessageColumns,
  noNode,
  type Shape,
} from './diagram/format.ts';
import { type Interest, Keeper } from './diagram/keeper.ts';
import { NodeStates } from './diagram/nodes.ts';
import { encodeOperations, type Operation, Operations } from './diagram/operations.ts';
import { Values } from './diagram/values.ts';

export interface DiagramLimits {
  readonly messages: number;
  readonly operations: number;
}

const diagramLimits: DiagramLimits = { messages: 300_000, operations: 100_000 };

/** No moment is farther from 0: some years. */
const maxUs = 2 ** 48;

/** More lanes than this are no picture. */
const maxLanes = 100;

/** Lanes beyond the nodes that the header names, for others that take part: services. */
const maxExtraLanes = 8;

export function diagramData(
  header: TraceHeader,
  events: Iterable<TraceEvent>,
  limits: DiagramLimits = diagramLimits,
): DiagramData {
  const builder = new DiagramBuilder(header, limits);
  for (const event of events) builder.take(event);
  return builder.finish();
}

class DiagramBuilder {
  readonly #header: TraceHeader;
  readonly #lanes = new Map<string, number>();
  readonly #mostLanes: number;
  /** Who was heard to ask a node before anybody asked it. */
  readonly #clients = new Set<string>();
  readonly #arrows: Keeper<Arrow>;
  readonly #operationKeeper: Keeper<Operation>;
  readonly #network: NetworkArrows;
  /** Null as soon as the network has told something itself. */
  #content: ContentArrows | null;
  #contentArrows: Keeper<Arrow> | null;
  readonly #nodes: NodeStates;
  readonly #operations: Operations;
  readonly #faults: Faults;
  /** Nodes may begin before clients do, whose first moment is 0. */
  #startUs = 0;
  #endUs = 0;

  constructor(header: TraceHeader, limits: DiagramLimits) {
    this.#header = header;
    for (const name of header.nodes.slice(0, maxLanes)) this.#lanes.set(name, this.#lanes.size);
    this.#mostLanes = this.#lanes.size + maxExtraLanes;
    const laneOf = (name: string): number | null => this.#laneOf(name);
    this.#arrows = new Keeper(limits.messages);
    this.#contentArrows = new Keeper(limits.messages);
    this.#operationKeeper = new Keeper(limits.operations);
    this.#network = new NetworkArrows(this.#arrows, laneOf);
    this.#content = new ContentArrows(this.#contentArrows, laneOf);
    this.#nodes = new NodeStates(this.#mostLanes);
    this.#operations = new Operations(this.#operationKeeper);
    this.#faults = new Faults(laneOf);
  }

  #laneOf(name: string): number | null {
    return this.#lanes.get(name) ?? null;
  }

  /** Clients ask nodes, and have no lane; a service is asked by nodes, and gets one. */
  #meet(from: string, to: string): void {
    const isFull = this.#lanes.size >= this.#mostLanes;
    if (!this.#lanes.has(from)) this.#clients.add(from);
    if (this.#lanes.has(to) || this.#clients.has(to) || isFull) return;
    this.#lanes.set(to, this.#lanes.size);
  }

  take(event: TraceEvent): void {
    const atUs = Math.max(-maxUs, Math.min(maxUs, Math.round(event.timeMs * 1000)));
    this.#startUs = Math.min(this.#startUs, atUs);
    this.#endUs = Math.max(this.#endUs, atUs);
    switch (event.kind) {
      case 'send':
        this.#content = null;
        this.#contentArrows = null;
        this.#meet(event.from, event.to);
        this.#network.send(atUs, event.id, event.from, event.to, event.body);
        return;
      case 'receive':
      case 'lose':
        this.#network.end(atUs, event.id, event.kind === 'lose');
        return;
      case 'invoke':
        this.#operations.invoke(atUs, this.#laneOf(event.node) ?? 0, event);
        return;
      case 'complete':
        this.#operations.complete(atUs, event);
        return;
      case 'fault':
        this.#takeFault(atUs, event);
        return;
      case 'broken':
        this.#mark(atUs, 2);
        this.#nodes.mark(
          atUs,
          this.#laneOf(event.node ?? '') ?? noNode,
          'broken',
          whatBroke(event),
        );
        return;
      default:
        this.#takeNode(atUs, this.#laneOf(event.node), event);
    }
  }

  #takeFault(atUs: number, event: Extract<TraceEvent, { readonly kind: 'fault' }>): void {
    this.#mark(atUs, 1);
    this.#faults.take(atUs, event);
    // A process that is killed says nothing itself, and not all say when they are back. A node of a
    // simulation says it.
    if (event.fault !== 'kill' || this.#header.source === 'simulation') return;
    for (const name of event.nodes) {
      const lane = this.#laneOf(name);
      if (lane === null) continue;
      if (event.phase === 'end') this.#nodes.back(atUs, lane);
      else this.#nodes.down(atUs, lane, 'killed');
    }
  }

  #takeNode(
    atUs: number,
    lane: number | null,
    event: Exclude<Extract<TraceEvent, { readonly node: string }>, { readonly kind: 'invoke' }>,
  ): void {
    if (lane === null) return;
    switch (event.kind) {
      case 'start':
        this.#nodes.state(atUs, lane, event.state);
        this.#nodes.mark(atUs, lane, 'start', `started in term ${event.state.term}`);
        return;
      case 'step':
        this.#nodes.state(atUs, lane, event.state);
        if (event.input.kind === 'receive') this.#content?.receive(atUs, event.input.message);
        if (event.input.kind === 'persisted') {
          this.#content?.persisted(atUs, event.node, event.input.token);
        }
        return;
      case 'drain':
        for (const effect of event.effects) {
          if (effect.kind !== 'roleChange' || typeof effect.role !== 'string') continue;
          this.#mark(atUs, 1);
          this.#nodes.roleChange(atUs, lane, effect);
        }
        this.#content?.drain(atUs, event.node, event.effects);
        return;
      case 'role':
        this.#mark(atUs, 1);
        this.#nodes.role(atUs, lane, event.role, event.term, event.leader, event.reason);
        return;
      case 'snapshot':
        this.#nodes.mark(atUs, lane, 'snapshot', `up to ${event.index}, ${event.bytes} bytes`);
        return;
      case 'halt':
        this.#stop(atUs, lane, event.node, 'halt', event.reason);
        return;
      case 'crash':
        this.#stop(atUs, lane, event.node, 'crash', 'crashed');
        return;
    }
  }

  #stop(atUs: number, lane: number, node: string, kind: 'halt' | 'crash', text: string): void {
    this.#mark(atUs, kind === 'halt' ? 2 : 1);
    this.#nodes.mark(atUs, lane, kind, text);
    this.#nodes.down(atUs, lane, text);
    this.#content?.stopped(node);
  }

  #mark(atUs: number, interest: Interest): void {
    this.#arrows.mark(atUs, interest);
    this.#contentArrows?.mark(atUs, interest);
    this.#operationKeeper.mark(atUs, interest);
  }

  finish(): DiagramData {
    const values = new Values();
    const arrows = (this.#contentArrows ?? this.#arrows).finish();
    const operations = this.#operationKeeper.finish();
    const endUs = this.#endUs;
    const { about, source } = this.#header;
    const laneCount = this.#lanes.size;
    return {
      source,
      about: Object.entries(about).map(([name, value]) => [name, String(value)] as const),
      nodes: [...this.#lanes.keys()],
      startUs: this.#startUs,
      endUs,
      ...encodeArrows(arrows.things, values),
      spans: this.#nodes.encodeSpans(values),
      progress: this.#nodes.encodeProgress().slice(0, laneCount),
      marks: this.#nodes.encodeMarks(values),
      operations: encodeOperations(operations.things, endUs, values),
      faults: this.#faults.finish(endUs),
      leftOut: {
        messages: arrows.dropped,
        spans: arrows.spans,
        operations: operations.dropped,
        spansOfNodes: this.#nodes.droppedSpans,
        marks: this.#nodes.droppedMarks,
        faults: this.#faults.dropped,
        nodes: Math.max(0, this.#header.nodes.length - maxLanes),
        clientMessages: this.#network.clientMessages,
        progressUs: this.#nodes.progressUs,
        contents: values.cuts,
      },
      values: values.list,
    };
  }
}

function whatBroke({ rule, detail }: { readonly rule: string; readonly detail: string }): string {
  return detail === '' ? rule : `${rule}: ${detail}`;
}

function encodeArrows(
  arrows: readonly Arrow[],
  values: Values,
): { readonly messages: MessageColumns; readonly shapes: readonly Shape[] } {
  const bodies = new Bodies(values);
  const sorted = [...arrows].sort((a, b) => a.sentUs - b.sentUs || a.packet - b.packet);
  const contents = sorted.map(({ body }) => bodies.take(body));
  const column = (of: (arrow: Arrow) => number) => encodeColumn(sorted.map(of));
  return {
    messages: {
      count: sorted.length,
      sentUs: column(({ sentUs }) => sentUs),
      durationUs: column((arrow) => Math.max(0, (arrow.endUs ?? arrow.sentUs) - arrow.sentUs)),
      fate: column(({ fate }) => fates.indexOf(fate)),
      from: column(({ from }) => from),
      to: column(({ to }) => to),
      packet: column(({ packet }) => packet),
      shape: encodeColumn(contents.map(({ shape }) => shape)),
      origin: column(({ origin }) => (origin === null ? 0 : origin + 1)),
    },
    shapes: bodies.encode(contents),
  };
}
