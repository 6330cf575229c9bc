/**
 * What a report is made of: plain data, whatever ran. Times are milliseconds since the run began.
 */

export interface Link {
  readonly label: string;
  /** Relative to the page. */
  readonly href: string;
}

export type Verdict = 'valid' | 'invalid' | 'unknown';

export type OutcomeType = 'ok' | 'fail' | 'info';

export interface ReportInput {
  readonly title: string;
  readonly verdict: Verdict;
  /** What is said of it, in a word, when it is valid. */
  readonly validWord: string;
  /** What is wrong, or could not be decided; each a line or a few. */
  readonly reasons: readonly string[];
  /** What must not be overlooked whatever the verdict is: two judges that differ. */
  readonly warnings: readonly string[];
  /** What the run was: flags and their values. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** The other pages of the run. */
  readonly links: readonly Link[];
  /** The space-time diagram, to which operations lead; null when there is none. */
  readonly diagram: string | null;
  /** In the order in which they are drawn. */
  readonly nodes: readonly string[];
  readonly durationMs: number;
  readonly figures: Figures;
  /** What any protocol could have answered; null where that cannot be said. */
  readonly bound: Bound | null;
  /** What the checker has counted, beside the verdict. */
  readonly findings: readonly (readonly [name: string, value: string])[];
  /** Why operations end with `fail` though nothing is wrong; null where they do not. */
  readonly whyFail: string | null;
  /** A node may answer without asking others, as far as what is promised goes. */
  readonly answersAlone: boolean;
  /** In the order of their invocations. */
  readonly operations: readonly ReportOperation[];
  /** In the order in which they began. */
  readonly faults: readonly ReportFault[];
  readonly lanes: readonly NodeLane[];
  /** Why lanes do not show roles; null when they do. */
  readonly whyNoRoles: string | null;
  /** When servers sent each other messages; null when that was not written down. */
  readonly sends: SendTimes | null;
  /** What else the page does not show. */
  readonly omitted: readonly string[];
}

export interface ReportOperation {
  /** Names it in the trace of the run. */
  readonly id: number;
  readonly process: string;
  /** The node that was asked; empty when that is not known. */
  readonly node: string;
  /** What was asked for; that it was asked at the end, after the quiet time, is said here. */
  readonly f: string;
  /** Empty where there are no keys. */
  readonly key: string;
  /** What was written, expected and written, or read. */
  readonly value: string;
  readonly type: OutcomeType;
  /** It ended ok, or what was asked for itself said no. */
  readonly isAnswered: boolean;
  /** Whether any protocol could have answered it; null where that was not asked. */
  readonly attainability: 'attainable' | 'uncertain' | 'unattainable' | null;
  readonly error: string | null;
  readonly startMs: number;
  readonly durationMs: number;
}

export interface ReportFault {
  /** `partition`, `kill`, `pause`, or another word. */
  readonly kind: string;
  readonly fromMs: number;
  /** The same as `fromMs` for what is over at once. */
  readonly toMs: number;
  /** Who was hit, in a few words. */
  readonly text: string;
}

/** What one node was, over time. */
export interface NodeLane {
  readonly node: string;
  /** Without overlaps, in order; gaps are times of which nothing is known. */
  readonly roles: readonly RoleSpan[];
  readonly conditions: readonly ConditionSpan[];
}

export interface RoleSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly role: string;
  readonly term: number;
  readonly leader: string | null;
  /** Why it came to this role; empty when nobody said. */
  readonly reason: string;
}

export interface ConditionSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly condition: 'down' | 'starting' | 'paused' | 'cut-off';
  readonly text: string;
}

export interface SendTimes {
  /** In order. */
  readonly timesMs: readonly number[];
  /** How many of each type. */
  readonly byType: readonly (readonly [type: string, count: number])[];
}

export interface OperationFigures {
  readonly invoked: number;
  readonly ok: number;
  readonly fail: number;
  readonly info: number;
  /** Of those that ended ok. */
  readonly latencyMs: {
    readonly median: number;
    readonly p95: number;
    readonly p99: number;
    readonly max: number;
  } | null;
}

export interface Figures {
  readonly all: OperationFigures;
  readonly byFunction: { readonly [f: string]: OperationFigures };
  /** Operations that ended ok, of those that were invoked. */
  readonly availability: number;
  readonly longestWithoutOkMs: number;
  readonly messages: {
    readonly servers: number;
    readonly lost: number | null;
    readonly serverMessagesPerOperation: number;
  } | null;
  readonly faults: {
    readonly kills: number;
    readonly pauses: number;
    readonly restarts: number;
    readonly restartMs: { readonly median: number; readonly max: number } | null;
  };
}

export interface Bound {
  readonly attainable: number;
  readonly attained: number;
  readonly attainedShare: number;
  readonly unattainable: { readonly invoked: number; readonly answered: number };
  readonly uncertain: { readonly invoked: number; readonly answered: number };
  readonly missed: readonly {
    readonly node: string;
    readonly fromMs: number;
    readonly toMs: number;
    readonly requests: number;
  }[];
}
