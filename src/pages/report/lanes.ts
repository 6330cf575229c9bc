/** Which role every node had, and when, read from a trace. */

import type { TraceEvent } from '../../trace/format.ts';
import type { RoleSpan } from './input.ts';

type OpenSpan = Omit<RoleSpan, 'toMs'>;

export class RoleSpans {
  readonly #spans = new Map<string, RoleSpan[]>();
  readonly #open = new Map<string, OpenSpan>();

  /** Takes the next event, in the order of time. */
  note(event: TraceEvent): void {
    // What was before the run began is shown from its beginning on.
    const fromMs = Math.max(0, event.timeMs);
    if (event.kind === 'start' || event.kind === 'step') {
      const { term, leader } = event.state;
      const role = roleName(event.state.role);
      const reason = event.kind === 'start' ? 'start' : reasonOf(event.input);
      this.#begin(event.node, { fromMs, role, term, leader, reason });
    } else if (event.kind === 'role') {
      const { term, leader, reason } = event;
      const role = roleName(event.role);
      this.#begin(event.node, { fromMs, role, term, leader, reason });
    } else if (event.kind === 'crash' || event.kind === 'halt') {
      this.#close(event.node, fromMs);
    } else if (event.kind === 'fault' && event.fault === 'kill' && event.phase === 'begin') {
      // A killed process writes nothing down any more.
      for (const node of event.nodes) this.#close(node, fromMs);
    }
  }

  /** By node, in order; nodes of which the trace tells nothing are missing. */
  finish(durationMs: number): ReadonlyMap<string, readonly RoleSpan[]> {
    for (const node of [...this.#open.keys()]) this.#close(node, durationMs);
    return this.#spans;
  }

  #begin(node: string, span: OpenSpan): void {
    const before = this.#open.get(node);
    const { role, term, leader } = span;
    if (before?.role === role && before.term === term && before.leader === leader) return;
    this.#close(node, span.fromMs);
    this.#open.set(node, span);
  }

  #close(node: string, toMs: number): void {
    const span = this.#open.get(node);
    this.#open.delete(node);
    if (span === undefined || toMs <= span.fromMs) return;
    const own = this.#spans.get(node) ?? [];
    this.#spans.set(node, own);
    own.push({ ...span, toMs });
  }
}

/** `preCandidate` is called as its colour is. */
function roleName(role: string): string {
  return role.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** What a core took in when its role changed. */
function reasonOf(input: Extract<TraceEvent, { kind: 'step' }>['input']): string {
  return input.kind === 'receive'
    ? `received ${input.message.kind} from ${input.message.from}`
    : input.kind;
}

/** Each time in which a node was leader, in order. */
export function reigns(
  lanes: readonly { readonly node: string; readonly roles: readonly RoleSpan[] }[],
): readonly (RoleSpan & { readonly node: string })[] {
  return lanes
    .flatMap(({ node, roles }) => roles.map((span) => ({ ...span, node })))
    .filter(({ role }) => role === 'leader')
    .sort((a, b) => a.fromMs - b.fromMs);
}
