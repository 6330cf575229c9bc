/**
 * The classes of cycles: Adya's G0, G1c, G-single and G2-item (1999, section 4), G-nonadjacent
 * (Cerone and Gotsman 2016: what snapshot isolation rules out besides), and their forms in real
 * time.
 *
 * A class is told by the sum of the labels on a cycle: how many rw edges, whether any is wr, whether
 * any rests on real time.
 */

import { hasRealTime, hasWr, isOnlyRealTime, rwCountOf } from './graph.ts';
import type { AnomalyName } from './models.ts';

export interface CycleClass {
  readonly name: AnomalyName;
  /** An edge that each cycle of the class has, one that is seldom: where a search begins. */
  readonly begins: (edgeLabel: number) => boolean;
  /** Edges that such a cycle may have. */
  readonly allows: (edgeLabel: number) => boolean;
  /** Whether a cycle whose labels combine to this is one of the class. */
  readonly accepts: (sum: number) => boolean;
  /** How many rw edges it has at most; 2 for any number. */
  readonly rwMax: number;
  /** Whether two rw edges must not follow each other. */
  readonly isNonadjacent: boolean;
}

const isData = (it: number): boolean => !hasRealTime(it);

function cycleClass(
  name: AnomalyName,
  inRealTime: boolean,
  parts: {
    readonly begins: (edgeLabel: number) => boolean;
    readonly allows: (edgeLabel: number) => boolean;
    readonly rwMax: number;
    readonly isNonadjacent?: boolean;
  },
): CycleClass {
  const { begins, allows, rwMax, isNonadjacent = false } = parts;
  const within = inRealTime ? (): boolean => true : isData;
  return {
    name,
    // Real time alone makes no cycle, so each has another edge.
    begins: (it) => !isOnlyRealTime(it) && within(it) && begins(it) && allows(it),
    allows: (it) => within(it) && allows(it),
    accepts: (sum) => rwCountOf(sum) === rwMax && hasRealTime(sum) === inRealTime,
    rwMax,
    isNonadjacent,
  };
}

const any = (): boolean => true;
const hasNoRw = (it: number): boolean => rwCountOf(it) === 0;
const isWriteOrder = (it: number): boolean => hasNoRw(it) && !hasWr(it);
const hasOneRwAtMost = (it: number): boolean => rwCountOf(it) <= 1;
const hasRw = (it: number): boolean => rwCountOf(it) > 0;

function classesOf(inRealTime: boolean): readonly CycleClass[] {
  const suffix = inRealTime ? '-realtime' : '';
  const classes = [
    cycleClass(`G0${suffix}`, inRealTime, { begins: any, allows: isWriteOrder, rwMax: 0 }),
    cycleClass(`G1c${suffix}`, inRealTime, { begins: hasWr, allows: hasNoRw, rwMax: 0 }),
    cycleClass(`G-single${suffix}`, inRealTime, {
      begins: (it) => rwCountOf(it) === 1,
      allows: hasOneRwAtMost,
      rwMax: 1,
    }),
  ];
  const several = { begins: hasRw, allows: any, rwMax: 2 };
  if (!inRealTime) {
    classes.push(cycleClass('G-nonadjacent', false, { ...several, isNonadjacent: true }));
  }
  classes.push(cycleClass(`G2-item${suffix}`, inRealTime, several));
  return classes;
}

/** Of data alone, worst first. */
export const dataCycles: readonly CycleClass[] = classesOf(false);

/** With at least one edge that rests on real time. */
export const realTimeCycles: readonly CycleClass[] = classesOf(true);

/** The class of a cycle whose labels combine to this; of those above, the worst. */
export function nameOfCycle(sum: number): AnomalyName {
  const suffix = hasRealTime(sum) ? '-realtime' : '';
  if (rwCountOf(sum) >= 2) return `G2-item${suffix}`;
  if (rwCountOf(sum) === 1) return `G-single${suffix}`;
  return hasWr(sum) ? `G1c${suffix}` : `G0${suffix}`;
}
