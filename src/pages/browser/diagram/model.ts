/** What the page was rendered with, unpacked: arrays that are quick to look through. */

import { countColumn, decodeColumn } from '../../diagram/columns.ts';
import {
  type DiagramData,
  type Fate,
  type FaultBand,
  fates,
  type LeftOut,
  type Outcome,
  outcomes,
} from '../../diagram/format.ts';
import { groupOf, isAnswer } from './groups.ts';

/** Columns of messages in the order in which they were sent; times in milliseconds. */
export interface Messages {
  readonly count: number;
  readonly sentMs: Float64Array;
  readonly endMs: Float64Array;
  readonly fate: Uint8Array;
  readonly from: Uint16Array;
  readonly to: Uint16Array;
  readonly packet: Int32Array;
  readonly shape: Uint16Array;
  /** The row of its contents among those of its shape. */
  readonly row: Int32Array;
  /** Whose message it is, when it is relayed; otherwise the same as `from`. */
  readonly origin: Uint16Array;
  /** -1 where a message has none. */
  readonly term: Float64Array;
  readonly group: Uint8Array;
  readonly isAnswer: Uint8Array;
}

export interface Span {
  readonly node: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly role: string;
  readonly term: number;
  readonly leader: string | null;
  readonly votedFor: string | null;
  readonly reason: string | null;
}

export interface Mark {
  readonly atMs: number;
  readonly node: number;
  readonly kind: string;
  readonly text: string;
}

export interface Operation {
  readonly id: number;
  readonly invokedMs: number;
  readonly completedMs: number;
  readonly node: number;
  readonly outcome: Outcome;
  readonly client: string;
  readonly f: string;
  readonly key: unknown;
  readonly value: unknown;
  readonly result: unknown;
  readonly error: unknown;
}

export interface Progress {
  readonly atMs: Float64Array;
  readonly lastIndex: Float64Array;
  readonly durableIndex: Float64Array;
  readonly commitIndex: Float64Array;
  readonly appliedIndex: Float64Array;
}

export interface Fault extends Omit<FaultBand, 'fromUs' | 'toUs'> {
  readonly fromMs: number;
  readonly toMs: number;
}

interface OpenShape {
  readonly type: string;
  readonly fields: readonly (readonly string[])[];
  readonly areNumbers: readonly boolean[];
  readonly columns: readonly Float64Array[];
}

export interface Contents {
  readonly type: string;
  readonly [field: string]: unknown;
}

export class Model {
  readonly nodes: readonly string[];
  readonly startMs: number;
  readonly endMs: number;
  readonly source: string;
  readonly about: DiagramData['about'];
  readonly messages: Messages;
  /** In the order of time, for each node. */
  readonly spans: readonly (readonly Span[])[];
  readonly marks: readonly Mark[];
  readonly operations: readonly Operation[];
  readonly progress: readonly Progress[];
  readonly faults: readonly Fault[];
  readonly leftOut: LeftOut;
  readonly #shapes: readonly OpenShape[];
  readonly #values: readonly unknown[];

  constructor(data: DiagramData) {
    this.nodes = data.nodes;
    this.startMs = data.startUs / 1000;
    this.endMs = Math.max(data.endUs / 1000, this.startMs + 1);
    this.source = data.source;
    this.about = data.about;
    this.leftOut = data.leftOut;
    this.#values = data.values;
    this.#shapes = data.shapes.map((shape) => ({
      ...shape,
      columns: shape.columns.map((column) => decodeColumn(column, countColumn(column))),
    }));
    this.messages = this.#openMessages(data);
    this.spans = this.#openSpans(data);
    this.marks = this.#openMarks(data);
    this.operations = this.#openOperations(data);
    this.progress = data.progress.map(({ atUs, ...columns }) => {
      const open = (column: string) => decodeColumn(column, countColumn(column));
      return {
        atMs: open(atUs).map((us) => us / 1000),
        lastIndex: open(columns.lastIndex),
        durableIndex: open(columns.durableIndex),
        commitIndex: open(columns.commitIndex),
        appliedIndex: open(columns.appliedIndex),
      };
    });
    this.faults = data.faults.map(({ fromUs, toUs, ...fault }) => ({
      ...fault,
      fromMs: fromUs / 1000,
      toMs: toUs / 1000,
    }));
  }

  /** When a node stood still. One that is killed does not come back paused, whatever others do. */
  pausesOf(node: number): readonly { readonly fromMs: number; readonly toMs: number }[] {
    const own = this.faults.filter(({ nodes }) => nodes.includes(node));
    const kills = own.filter(({ kind }) => kind === 'kill');
    return own.flatMap(({ kind, fromMs, toMs }) => {
      if (kind !== 'pause') return [];
      const killed = kills.find((it) => it.fromMs >= fromMs && it.fromMs < toMs);
      return [{ fromMs, toMs: killed?.fromMs ?? toMs }];
    });
  }

  #openMessages({ messages, shapes }: DiagramData): Messages {
    const { count } = messages;
    const sentUs = decodeColumn(messages.sentUs, count);
    const durationUs = decodeColumn(messages.durationUs, count);
    const from = Uint16Array.from(decodeColumn(messages.from, count));
    const shape = Uint16Array.from(decodeColumn(messages.shape, count));
    const row = new Int32Array(count);
    const rows = new Int32Array(shapes.length);
    const term = new Float64Array(count).fill(-1);
    const termColumns = this.#shapes.map(({ fields, areNumbers, columns }) => {
      const at = fields.findIndex(([name], at) => name === 'term' && areNumbers[at] === true);
      return columns[at];
    });
    const shapeGroups = shapes.map(({ type }) => groupOf(type));
    const shapeAnswers = shapes.map(({ type }) => Number(isAnswer(type)));
    const group = new Uint8Array(count);
    const answers = new Uint8Array(count);
    for (let message = 0; message < count; message++) {
      const its = shape[message] ?? 0;
      const at = rows[its] ?? 0;
      rows[its] = at + 1;
      row[message] = at;
      term[message] = termColumns[its]?.[at] ?? -1;
      group[message] = shapeGroups[its] ?? 0;
      answers[message] = shapeAnswers[its] ?? 0;
    }
    return {
      count,
      sentMs: sentUs.map((us) => us / 1000),
      endMs: sentUs.map((us, message) => (us + (durationUs[message] ?? 0)) / 1000),
      fate: Uint8Array.from(decodeColumn(messages.fate, count)),
      from,
      to: Uint16Array.from(decodeColumn(messages.to, count)),
      packet: Int32Array.from(decodeColumn(messages.packet, count)),
      shape,
      row,
      origin: Uint16Array.from(decodeColumn(messages.origin, count), (origin, message) =>
        origin === 0 ? (from[message] ?? 0) : origin - 1,
      ),
      term,
      group,
      isAnswer: answers,
    };
  }

  #openSpans({ spans, endUs }: DiagramData): readonly (readonly Span[])[] {
    const count = countColumn(spans.node);
    const open = (column: string) => decodeColumn(column, count);
    const node = open(spans.node);
    const fromUs = open(spans.fromUs);
    const term = open(spans.term);
    const [role, reason, leader, votedFor] = [
      open(spans.role),
      open(spans.reason),
      open(spans.leader),
      open(spans.votedFor),
    ];
    const lanes: Span[][] = this.nodes.map(() => []);
    const nextMs = this.nodes.map(() => endUs / 1000);
    for (let at = count - 1; at >= 0; at--) {
      const lane = node[at] ?? 0;
      const fromMs = (fromUs[at] ?? 0) / 1000;
      lanes[lane]?.push({
        node: lane,
        fromMs,
        toMs: nextMs[lane] ?? fromMs,
        role: String(this.#value(role, at)),
        term: term[at] ?? 0,
        reason: this.#text(reason, at),
        leader: this.#text(leader, at),
        votedFor: this.#text(votedFor, at),
      });
      nextMs[lane] = fromMs;
    }
    return lanes.map((lane) => lane.reverse());
  }

  #openMarks({ marks }: DiagramData): readonly Mark[] {
    const count = countColumn(marks.node);
    const open = (column: string) => decodeColumn(column, count);
    const [node, kind, text] = [open(marks.node), open(marks.kind), open(marks.text)];
    return Array.from(open(marks.atUs), (atUs, at) => ({
      atMs: atUs / 1000,
      node: node[at] ?? 0,
      kind: String(this.#value(kind, at)),
      text: String(this.#value(text, at)),
    }));
  }

  #openOperations({ operations }: DiagramData): readonly Operation[] {
    const open = (column: string) => decodeColumn(column, operations.count);
    const invokedUs = open(operations.invokedUs);
    const durationUs = open(operations.durationUs);
    const node = open(operations.node);
    const outcome = open(operations.outcome);
    const [client, f, key] = [open(operations.client), open(operations.f), open(operations.key)];
    const value = open(operations.value);
    const [result, error] = [open(operations.result), open(operations.error)];
    return Array.from(open(operations.id), (id, at) => ({
      id,
      invokedMs: (invokedUs[at] ?? 0) / 1000,
      completedMs: ((invokedUs[at] ?? 0) + (durationUs[at] ?? 0)) / 1000,
      node: node[at] ?? 0,
      outcome: outcomes[outcome[at] ?? 0] ?? 'open',
      client: String(this.#value(client, at)),
      f: String(this.#value(f, at)),
      key: this.#value(key, at),
      value: this.#value(value, at),
      result: this.#value(result, at),
      error: this.#value(error, at),
    }));
  }

  #value(column: Float64Array, at: number): unknown {
    return this.#values[column[at] ?? 0] ?? null;
  }

  #text(column: Float64Array, at: number): string | null {
    const value = this.#value(column, at);
    return value === null ? null : String(value);
  }

  typeOf(message: number): string {
    return this.#shapes[this.messages.shape[message] ?? 0]?.type ?? '';
  }

  fateOf(message: number): Fate {
    return fates[this.messages.fate[message] ?? 0] ?? 'received';
  }

  wasReceived(message: number): boolean {
    const fate = this.fateOf(message);
    return fate !== 'lost' && fate !== 'inFlight';
  }

  /** One field of a message; `result.kind` looks inside. Undefined when it has none. */
  field(message: number, ...path: readonly string[]): unknown {
    const shape = this.#shapes[this.messages.shape[message] ?? 0];
    const at = shape?.fields.findIndex(
      (field) => field.length === path.length && field.every((name, depth) => name === path[depth]),
    );
    if (shape === undefined || at === undefined) return undefined;
    if (at >= 0) return this.#leaf(shape, at, this.messages.row[message] ?? 0);
    // Some bodies are kept as a whole, or with their inner objects as a whole.
    return path.reduce<unknown>(
      (value, name) => (isObject(value) ? value[name] : undefined),
      this.contents(message),
    );
  }

  #leaf(shape: OpenShape, field: number, row: number): unknown {
    const number = shape.columns[field]?.[row] ?? 0;
    return shape.areNumbers[field] === true ? number : (this.#values[number] ?? null);
  }

  /** All that a message says. */
  contents(message: number): Contents {
    const shape = this.#shapes[this.messages.shape[message] ?? 0];
    const contents: { type: string; [field: string]: unknown } = { type: shape?.type ?? '' };
    shape?.fields.forEach((path, field) => {
      let object: { [field: string]: unknown } = contents;
      for (const name of path.slice(0, -1)) {
        object[name] ??= {};
        object = object[name] as { [field: string]: unknown };
      }
      object[path.at(-1) ?? ''] = this.#leaf(shape, field, this.messages.row[message] ?? 0);
    });
    const { body } = contents;
    const isWhole = isObject(body) && typeof body['type'] === 'string';
    return isWhole ? (body as Contents) : contents;
  }

  nameOf(node: number): string {
    return this.nodes[node] ?? '?';
  }

  /** What a node was at a moment; null before anything was heard of it. */
  spanAt(node: number, atMs: number): Span | null {
    const spans = this.spans[node] ?? [];
    const after = firstAbove(spans.length, (at) => (spans[at]?.fromMs ?? 0) > atMs);
    return spans[after - 1] ?? null;
  }

  /** How far a node was at a moment: the row of its progress, or -1. */
  progressAt(node: number, atMs: number): number {
    const times = this.progress[node]?.atMs ?? new Float64Array();
    return firstAbove(times.length, (at) => (times[at] ?? 0) > atMs) - 1;
  }
}

function isObject(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first position for which `isAbove` holds, which then holds for all after it. */
export function firstAbove(count: number, isAbove: (at: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isAbove(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
