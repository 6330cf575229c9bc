/** g-set: a set that only grows. A read has what was added before it, in the order of the log. */

import { setKit } from '../../machine/set.ts';
import { adding, reading, type SetWorkload } from './sets.ts';

export const gSet: SetWorkload = {
  name: 'g-set',
  machine: setKit,
  requests: { add: adding('add', 'element'), read: reading('value') },
};
