/** Small worlds, explored to their end: what the command line and the tests use. */

export { type Exploration, explore, type Figures, type Limits, type Verdict } from './explore.ts';
export type { Tale } from './narrate.ts';
export { type Budgets, type World, type WorldSketch, worldOf } from './world.ts';
export { worlds } from './worlds.ts';
