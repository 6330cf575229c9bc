/**
 * Tells what happens in a scenario as a trace. There is no clock: each input that a core takes in,
 * and each message that arrives, is a millisecond.
 */

import type { Effect, Input, Message, RaftOptions, RaftView } from '../../raft/index.ts';
import type { StoreWrite } from '../../storage/store.ts';
import {
  coreStartOf,
  summaryOf,
  type Happening as Traced,
  type TraceEvent,
  type TraceHeader,
  traceFormat,
  traceVersion,
} from '../../trace/index.ts';
import type { Happening } from './events.ts';
import type { Command } from './notation.ts';

/** Says in a header that the rules of Raft cannot be applied: what no node does is in the trace. */
export const lawlessFact = 'lawless';

export class ScenarioRecorder {
  readonly events: TraceEvent[] = [];
  readonly #nodes = new Set<string>();
  /** Nodes that have begun, and may yet be given something else to begin with. */
  readonly #starting = new Map<string, Traced>();
  readonly #idle = new Set<string>();
  readonly #ids = new WeakMap<Message<Command>, number>();
  #sent = 0;
  #timeMs = 0;
  #clusters = 0;
  #isForged = false;
  /** The links that lose what would arrive, in words. */
  #cut = '';

  header(about: TraceHeader['about']): TraceHeader {
    return {
      format: traceFormat,
      version: traceVersion,
      source: 'scenario',
      level: 'full',
      nodes: [...this.#nodes],
      startedAtMs: null,
      about: this.#isForged || this.#clusters > 1 ? { ...about, [lawlessFact]: 'yes' } : about,
    };
  }

  /** A cluster begins, in place of one that there may have been. */
  created(): void {
    this.#clusters++;
  }

  /** The script does what no node and no network does. */
  forged(): void {
    this.#isForged = true;
  }

  loaded(node: string, view: RaftView, options: RaftOptions<unknown>): void {
    this.#nodes.add(node);
    this.#idle.delete(node);
    const core = coreStartOf(options, 0);
    this.#starting.set(node, { kind: 'start', node, state: summaryOf(view), core });
  }

  stepped(node: string, input: Input<unknown>, view: RaftView): void {
    this.#timeMs++;
    const step = { kind: 'step', node, input, state: summaryOf(view) } as const;
    this.#emit(this.#idle.delete(node) ? { ...step, afterIdle: true } : step);
  }

  drained(node: string, effects: readonly Effect<unknown>[]): void {
    this.#emit({ kind: 'drain', node, effects });
    for (const effect of effects) {
      if (effect.kind !== 'halt') continue;
      this.#emit({ kind: 'halt', node, reason: effect.reason, input: null });
    }
  }

  /** Its core had nothing to hand over. */
  idle(node: string): void {
    this.#idle.add(node);
  }

  durable(node: string, write: StoreWrite<unknown>): void {
    const { hardState, snapshotChunk, truncateFrom, entries } = write;
    const parts = { hardState, snapshotChunk, truncateFrom, entries };
    this.#emit({ kind: 'durable', node, write: parts });
  }

  crashed(node: string): void {
    this.#emit({ kind: 'crash', node });
  }

  broken(rule: string, node: string, detail: string): void {
    this.#emit({ kind: 'broken', rule, node: node === '' ? null : node, detail });
  }

  happened(what: Happening): void {
    switch (what.kind) {
      case 'sent':
        this.#idOf(what.message);
        return;
      case 'delivered': {
        // Nobody has sent what was forged.
        const id = this.#idOf(what.message);
        this.#timeMs++;
        return this.#emit({ kind: 'receive', id });
      }
      case 'lost':
        return this.#emit({ kind: 'lose', id: this.#idOf(what.message) });
      case 'duplicated':
        this.#ids.set(what.copy, this.#idOf(what.message));
        return;
      default:
        return;
    }
  }

  /** @param links each as `n1>n2` */
  linksAre(links: readonly string[]): void {
    const text = links.join(' ');
    if (text === this.#cut) return;
    const nodes = [...this.#nodes];
    if (this.#cut !== '') {
      this.#emit({ kind: 'fault', fault: 'partition', phase: 'end', nodes, text: this.#cut });
    }
    this.#cut = text;
    if (text === '') return;
    const deaf = nodes.filter((node) => links.some((link) => link.endsWith(`>${node}`)));
    this.#emit({ kind: 'fault', fault: 'partition', phase: 'begin', nodes: deaf, text });
  }

  #idOf(message: Message<Command>): number {
    const known = this.#ids.get(message);
    if (known !== undefined) return known;
    const id = this.#sent++;
    this.#ids.set(message, id);
    const { kind: type, from, to, ...fields } = message;
    this.#emit({ kind: 'send', id, from, to, body: { type, ...fields } });
    return id;
  }

  #emit(event: Traced): void {
    for (const start of this.#starting.values()) {
      this.events.push({ timeMs: this.#timeMs, ...start });
    }
    this.#starting.clear();
    this.events.push({ timeMs: this.#timeMs, ...event });
  }
}
