/**
 * Reads `history.edn` of Maelstrom, faults included, as a history of the bench. The shapes are those
 * of Jepsen's nemesis.combined: an event of `:nemesis` says first what is to be done, such as
 * `:majority`, and then what was done: `[:isolated {"n1" #{"n2"}}]`, `{"n1" :killed}`.
 */

import { type Edn, readEdn } from '../../checker/edn.ts';
import type { ClientEvent, HistoryEvent, NemesisEvent } from '../history.ts';
import { at, isKeyword, jsonOf, numberIn, textIn, untagged } from './edn-values.ts';
import { byNumber } from './files.ts';

/** In the order of the file, which the checker has understood. */
export function readMaelstromHistory(text: string): HistoryEvent[] {
  const forms = readEdn(text);
  const [only, ...others] = forms;
  const ops = only?.kind === 'sequence' && others.length === 0 ? only.items : forms;
  const nemesis = new NemesisReader();
  const keys = new Map<number, ClientEvent['key']>();
  const events: HistoryEvent[] = [];
  for (const op of ops) {
    const process = numberIn(at(op, 'process'));
    if (process !== undefined) events.push(clientEvent(op, process, keys));
    else if (isKeyword(at(op, 'process'), 'nemesis')) events.push(...nemesis.read(op));
  }
  return events;
}

function clientEvent(op: Edn, process: number, keys: Map<number, ClientEvent['key']>): ClientEvent {
  const value = at(op, 'value');
  const pair = value?.kind === 'sequence' && value.items.length === 2 ? value.items : undefined;
  const type = textIn(at(op, 'type')) as ClientEvent['type'];
  // A completion may have lost its key; a process has one operation at a time.
  if (type === 'invoke' && pair !== undefined) keys.set(process, jsonOf(pair[0]) as number);
  const error = at(op, 'error');
  return {
    time: timeOf(op),
    process,
    type,
    f: textIn(at(op, 'f')) as ClientEvent['f'],
    key: keys.get(process) ?? 0,
    value: jsonOf(pair === undefined ? value : pair[1]),
    ...(error === undefined ? {} : { error: jsonOf(error) }),
  };
}

function timeOf(op: Edn): number {
  return numberIn(at(op, 'time')) ?? 0;
}

class NemesisReader {
  /** What was asked for last, by function. */
  readonly #asked = new Map<string, string>();
  readonly #down = new Set<string>();
  readonly #paused = new Set<string>();

  /** Events of what was done; none for what is only to be done, or is not known here. */
  read(op: Edn): NemesisEvent[] {
    const f = textIn(at(op, 'f')) ?? '';
    const form = at(op, 'value');
    const value = form === undefined ? undefined : untagged(form);
    const common = { time: timeOf(op), process: 'nemesis', type: 'info' } as const;
    const asked = textIn(value);
    const grudge = grudgeIn(value);
    if (grudge !== null) {
      const shape = this.#asked.get(f) ?? 'partition';
      return [{ ...common, f: 'start-partition', value: { shape, grudge } }];
    }
    if (asked === 'network-healed') return [{ ...common, f: 'stop-partition', value: null }];
    if (value?.kind !== 'map') {
      this.#asked.set(f, asked ?? '');
      return [];
    }
    const nodes = value.entries.flatMap(([node]) => textIn(node) ?? []).sort(byNumber);
    switch (f) {
      case 'kill':
      case 'pause': {
        const hit = f === 'kill' ? this.#down : this.#paused;
        for (const node of nodes) hit.add(node);
        const target = this.#asked.get(f) || 'some';
        return [{ ...common, f, value: { target, nodes } }];
      }
      case 'start': {
        const started = taken(this.#down, nodes);
        for (const node of started) this.#paused.delete(node);
        // It is done when the nodes have answered `init`.
        return [
          { ...common, f, value: { nodes: started } },
          ...started.map(
            (node): NemesisEvent => ({ ...common, f: 'restarted', value: { node, ms: 0 } }),
          ),
        ];
      }
      case 'resume': {
        const resumed = taken(this.#paused, nodes).filter((node) => !this.#down.has(node));
        return [{ ...common, f, value: { nodes: resumed } }];
      }
      default:
        return [];
    }
  }
}

/** Takes names out of a set, and returns those that were in it: Jepsen starts and resumes all. */
function taken(set: Set<string>, names: readonly string[]): string[] {
  return names.filter((name) => set.delete(name));
}

/** `[:isolated {"n1" #{"n2"}}]`: whom each node does not hear. */
function grudgeIn(value: Edn | undefined): { readonly [node: string]: readonly string[] } | null {
  if (value?.kind !== 'sequence' || !isKeyword(value.items[0], 'isolated')) return null;
  const map = value.items[1];
  if (map === undefined) return null;
  const form = untagged(map);
  if (form.kind !== 'map') return null;
  return Object.fromEntries(
    form.entries.flatMap(([node, ignored]) => {
      const name = textIn(node);
      const set = untagged(ignored);
      if (name === undefined || (set.kind !== 'set' && set.kind !== 'sequence')) return [];
      return [[name, set.items.flatMap((it) => textIn(it) ?? []).sort(byNumber)] as const];
    }),
  );
}
