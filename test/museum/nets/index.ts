/** All nets, in the order in which they are named. To add one: net.ts, and a line here. */

import type { Net } from '../net.ts';
import { crashes } from './crashes.ts';
import { exploration } from './exploration.ts';
import { rules } from './rules.ts';
import { simulation, specification } from './simulation.ts';
import { stories } from './stories.ts';
import { worlds } from './worlds.ts';

export const nets: readonly Net[] = [
  rules,
  stories,
  crashes,
  worlds,
  simulation,
  specification,
  exploration,
];
