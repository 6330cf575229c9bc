/** g-counter: a counter that only grows. */

import { type CounterWorkload, counter } from './counters.ts';

export const gCounter: CounterWorkload = counter('g-counter', false);
