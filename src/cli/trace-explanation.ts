/** What a node was waiting for at a moment of a trace: its core is started again, and asked. */

import {
  CoreReplay,
  isOfNode,
  type NodeEvent,
  type PlacedTrace,
  ReplayDifference,
  TraceFault,
} from '../trace/index.ts';

export interface Question {
  readonly node: string;
  readonly atMs: number;
  /** Of the entry that is asked about; null for the next. */
  readonly index: number | null;
}

export interface Explanation {
  readonly text: string;
  /** Whether the core did the same again until then. */
  readonly isFaithful: boolean;
}

/** @throws TraceFault when the trace cannot be read, or does not have the node at that moment */
export function explainNode(trace: PlacedTrace, question: Question): Explanation {
  return new Explainer(question).run(trace);
}

class Explainer {
  readonly #question: Question;
  #core: CoreReplay | null = null;
  #lastMs: number | null = null;
  #lastPlace = '';
  /** Why there is no core. */
  #absence = 'it has not started yet';

  constructor(question: Question) {
    this.#question = question;
  }

  run({ header, events }: PlacedTrace): Explanation {
    const { node, atMs, index } = this.#question;
    if (!header.nodes.includes(node)) {
      throw new TraceFault(`no node ${node} in this trace; it has ${header.nodes.join(' ')}`);
    }
    for (const { event, place } of events) {
      if (event.timeMs > atMs) break;
      if (event.kind === 'fault' && event.fault === 'kill' && event.phase === 'begin') {
        if (event.nodes.includes(node)) this.#end(`it was killed at ${shown(event.timeMs)}`);
      }
      if (!isOfNode(event, node)) continue;
      this.#lastMs = event.timeMs;
      this.#lastPlace = place;
      try {
        this.#take(event, event.timeMs, place);
      } catch (error) {
        if (!(error instanceof ReplayDifference)) throw error;
        const text = `${place}: at ${shown(event.timeMs)}: ${error.message}`;
        return { text, isFaithful: false };
      }
    }
    const when = Number.isFinite(atMs) ? `at ${shown(atMs)}` : 'at the end';
    if (this.#core === null) {
      return { text: `${node} is not there ${when}: ${this.#absence}`, isFaithful: true };
    }
    const last = `${when}, its last event ${this.#lastPlace} at ${shown(this.#lastMs ?? 0)}:`;
    const told = this.#core.explain(index ?? undefined);
    return { text: `${node} ${last}\n${told}`, isFaithful: true };
  }

  #end(absence: string): void {
    this.#core = null;
    this.#absence = absence;
  }

  #take(event: NodeEvent, timeMs: number, place: string): void {
    switch (event.kind) {
      case 'start':
        if (event.core === null) {
          throw new TraceFault(`${place}: ${event.node} has written down its roles alone, not all`);
        }
        this.#core = new CoreReplay(event);
        return;
      case 'step':
        return this.#core?.step(event);
      case 'drain':
        this.#core?.drain(event);
        return;
      case 'halt':
        if (event.input !== null) this.#core?.halt(event.input);
        return this.#end(`it stopped itself at ${shown(timeMs)}: ${event.reason.split('\n')[0]}`);
      case 'crash':
        return this.#end(`it crashed at ${shown(timeMs)}`);
      default:
        return;
    }
  }
}

function shown(timeMs: number): string {
  return `${timeMs.toFixed(3)} ms`;
}
