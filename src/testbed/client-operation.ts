/** What clients ask of any workload, and how it ended: the words of histories. */

import type { Json } from '../machine/json.ts';

/** What a client is about to do. */
export interface ClientOperation {
  readonly f: string;
  /** Null where a workload has no keys. */
  readonly key: Json;
  /** What is asked: what is written or added; null where there is nothing to say. */
  readonly value: Json;
  /** Asked when faults have ended and a quiet time has passed. */
  readonly final?: true;
}

/**
 * How an operation ended: `ok`, with what it led to, or, where that is left out, with what was asked;
 * `fail`, it did not happen and never will; `info`, nobody knows, and it may happen at any time.
 */
export type Completion =
  | { readonly type: 'ok'; readonly value?: Json }
  | {
      readonly type: 'fail' | 'info';
      readonly error: string | readonly [code: number, text: string];
    };
