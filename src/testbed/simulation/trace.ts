/** What happens in a run, event by event: the trace of src/trace, as plain data. */

import type { Input, RaftOptions, RaftView } from '../../raft/index.ts';
import type { Clock } from '../../replica/index.ts';
import { coreStartOf } from '../../trace/core-start.ts';
import type { FaultTraceEvent, Happening, TraceEvent, TraceHeader } from '../../trace/format.ts';
import { traceFormat, traceVersion } from '../../trace/format.ts';
import { summaryOf } from '../../trace/summary.ts';
import { ClientTrace } from '../client-trace.ts';
import type { AnyBody, Envelope, NetworkEvent } from '../network.ts';
import type { Ending } from '../workload.ts';
import type { FaultEvent } from './fault-injector.ts';
import { nodesOf, type Plan } from './plan.ts';
import { describePlan } from './plan-changes.ts';

export type { StateSummary, TraceEvent } from '../../trace/format.ts';

/** Is told of each event, in the order of time; what an event holds is not to be changed. */
export type OnEvent = (event: TraceEvent) => void;

export function simulationHeader(plan: Plan): TraceHeader {
  return {
    format: traceFormat,
    version: traceVersion,
    source: 'simulation',
    level: 'full',
    nodes: nodesOf(plan),
    startedAtMs: null,
    about: { seed: String(plan.seed), command: describePlan(plan) },
  };
}

/** Tells whoever listens to a run what happens in it. */
export class RunTrace {
  readonly #onEvent: OnEvent;
  readonly #clock: Clock;
  readonly #nodes: readonly string[];
  readonly #idle = new Set<string>();
  readonly #down = new Set<string>();
  readonly #paused = new Set<string>();
  #isPartitioned = false;

  constructor(onEvent: OnEvent, clock: Clock, nodes: readonly string[]) {
    this.#onEvent = onEvent;
    this.#clock = clock;
    this.#nodes = nodes;
  }

  emit(event: Happening): void {
    this.#onEvent({ timeMs: this.#clock.now(), ...event });
  }

  started(
    node: string,
    view: RaftView,
    options: RaftOptions<unknown>,
    headStartTicks: number,
  ): void {
    this.#idle.delete(node);
    const core = coreStartOf(options, headStartTicks);
    this.emit({ kind: 'start', node, state: summaryOf(view), core });
  }

  stepped(node: string, input: Input<unknown>, view: RaftView): void {
    const step = { kind: 'step', node, input, state: summaryOf(view) } as const;
    this.emit(this.#idle.delete(node) ? { ...step, afterIdle: true } : step);
  }

  /** Its core had nothing to hand over. */
  idle(node: string): void {
    this.#idle.add(node);
  }

  message(kind: NetworkEvent, { id, message: { src, dest, body } }: Envelope<AnyBody>): void {
    this.emit(
      kind === 'send' ? { kind, id, from: src, to: dest, body: { ...body } } : { kind, id },
    );
  }

  clients<Operation, Completion extends Ending>(
    concurrency: number,
  ): ClientTrace<Operation, Completion> {
    const emit = (event: Happening): void => this.emit(event);
    return new ClientTrace<Operation, Completion>({ nodes: this.#nodes, concurrency, emit });
  }

  broken(rule: string, node: string, detail: string): void {
    this.emit({ kind: 'broken', rule, node: node === '' ? null : node, detail });
  }

  /** A node has crashed, be it that the fault has waited for its moment. */
  crash(node: string): void {
    this.emit({ kind: 'crash', node });
    if (this.#paused.delete(node)) this.#fault('pause', 'end', [node]);
    this.#down.add(node);
    this.#fault('kill', 'begin', [node]);
  }

  fault({ fault, nodes, text }: FaultEvent): void {
    switch (fault) {
      case 'crash':
      case 'crashAll':
        return;
      case 'restart':
        for (const node of nodes) if (this.#down.delete(node)) this.#fault('kill', 'end', [node]);
        return;
      case 'partition':
        this.#heal();
        this.#isPartitioned = true;
        return this.#fault('partition', 'begin', nodes, text);
      case 'heal':
        return this.#heal();
      case 'pause':
        for (const node of nodes) this.#paused.add(node);
        return this.#fault('pause', 'begin', nodes);
      case 'resume':
        for (const node of nodes) this.#paused.delete(node);
        return this.#fault('pause', 'end', nodes);
      default:
        return this.#fault(fault, 'moment', nodes, text);
    }
  }

  /** Whoever is paused goes on, and the network is whole. */
  faultsEnd(): void {
    this.#heal();
    for (const node of this.#paused) this.#fault('pause', 'end', [node]);
    this.#paused.clear();
  }

  #heal(): void {
    if (this.#isPartitioned) this.#fault('partition', 'end', this.#nodes, 'all links work');
    this.#isPartitioned = false;
  }

  #fault(
    fault: string,
    phase: FaultTraceEvent['phase'],
    nodes: readonly string[],
    text: string = nodes.join(' '),
  ): void {
    this.emit({ kind: 'fault', fault, phase, nodes, text });
  }
}
