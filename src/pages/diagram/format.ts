/**
 * What a space-time diagram is drawn from, as it stands in the page: columns of numbers, each
 * written as text by columns.ts, since a run may have hundreds of thousands of messages. Times are
 * microseconds since the run began, as integers.
 */

/** Integers, each as the difference from the one before: see columns.ts. */
export type Column = string;

export interface DiagramData {
  readonly source: string;
  readonly about: readonly (readonly [name: string, value: string])[];
  /** Lanes, from top to bottom. Columns name a node by its position here. */
  readonly nodes: readonly string[];
  /** When the first and the last thing happened; the run's own time may begin between. */
  readonly startUs: number;
  readonly endUs: number;
  /** JSON values that columns point to, by position; what occurs often is written once. */
  readonly values: readonly unknown[];
  readonly messages: MessageColumns;
  readonly shapes: readonly Shape[];
  readonly spans: SpanColumns;
  /** How far each node is with its log, by the node's position. */
  readonly progress: readonly ProgressColumns[];
  readonly marks: MarkColumns;
  readonly operations: OperationColumns;
  readonly faults: readonly FaultBand[];
  readonly leftOut: LeftOut;
}

/** One row for each message that one node sent another, in the order in which they were sent. */
export interface MessageColumns {
  readonly count: number;
  readonly sentUs: Column;
  /** How long it was on its way, until it was received or lost; 0 where that is not known. */
  readonly durationUs: Column;
  readonly fate: Column;
  readonly from: Column;
  readonly to: Column;
  /** Messages with the same number travelled as one. */
  readonly packet: Column;
  /** What it looks like: which of `shapes`. Its contents are the next row of that shape. */
  readonly shape: Column;
  /** Position of a relayed message's origin, plus 1; 0 for a message that went straight. */
  readonly origin: Column;
}

/**
 * What became of a message; a column has the position. `inFlight`: it was neither received nor lost
 * before the trace ended. `sentUnseen`: it was received, and that it was sent is not in the trace.
 */
export const fates = ['received', 'receivedAgain', 'lost', 'inFlight', 'sentUnseen'] as const;
export type Fate = (typeof fates)[number];

/** Messages of one type with the same fields. */
export interface Shape {
  readonly type: string;
  /** Paths to the fields: `["result","kind"]`. */
  readonly fields: readonly (readonly string[])[];
  /** For each field whether its column has the numbers themselves, or positions in `values`. */
  readonly areNumbers: readonly boolean[];
  readonly columns: readonly Column[];
}

/** For how long a node was what: a span lasts until the next of the same node. */
export interface SpanColumns {
  readonly node: Column;
  readonly fromUs: Column;
  /** Position in `values` of the role: as the trace has it, `down`, or `unknown`. */
  readonly role: Column;
  readonly term: Column;
  /** Position in `values` of why, and of whom the node takes for the leader: text or null. */
  readonly reason: Column;
  readonly leader: Column;
  readonly votedFor: Column;
}

/** A row each time that one of these has changed. */
export interface ProgressColumns {
  readonly atUs: Column;
  readonly lastIndex: Column;
  readonly durableIndex: Column;
  readonly commitIndex: Column;
  readonly appliedIndex: Column;
}

/** Stands for a node where something concerns the cluster. */
export const noNode = -1;

/** Single moments of a node: `start`, `crash`, `halt`, `snapshot`, `broken` (a rule, by it). */
export interface MarkColumns {
  readonly atUs: Column;
  readonly node: Column;
  /** Positions in `values`. */
  readonly kind: Column;
  readonly text: Column;
}

export interface OperationColumns {
  readonly count: number;
  /** The operation's number in the trace. */
  readonly id: Column;
  readonly invokedUs: Column;
  /** Until it was completed, or until the run ended. */
  readonly durationUs: Column;
  readonly node: Column;
  readonly outcome: Column;
  /** Positions in `values`. */
  readonly client: Column;
  readonly f: Column;
  readonly key: Column;
  readonly value: Column;
  readonly result: Column;
  readonly error: Column;
}

export const outcomes = ['ok', 'fail', 'info', 'open'] as const;
export type Outcome = (typeof outcomes)[number];

export interface FaultBand {
  readonly kind: string;
  readonly fromUs: number;
  /** The same as `fromUs` for what is over at once. */
  readonly toUs: number;
  /** Positions of the nodes that it hits. */
  readonly nodes: readonly number[];
  readonly text: string;
}

/** What does not stand in the page, since there was too much. */
export interface LeftOut {
  readonly messages: number;
  /** When those messages were sent. */
  readonly spans: readonly { readonly fromUs: number; readonly toUs: number }[];
  readonly operations: number;
  readonly spansOfNodes: number;
  readonly marks: number;
  readonly faults: number;
  readonly nodes: number;
  /** Messages from or to others than nodes: operations tell the same. */
  readonly clientMessages: number;
  /** Steps of the log's progress closer than this are one. */
  readonly progressUs: number;
  /** Contents of messages that were cut short or not kept. */
  readonly contents: number;
}
