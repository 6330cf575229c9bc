/** pn-counter: a counter that grows and shrinks. */

import { type CounterWorkload, counter } from './counters.ts';

export const pnCounter: CounterWorkload = counter('pn-counter', true);
