/** Which sums some numbers can come to when each of them may be left out. */

/** Whole numbers from `from` to `to`, both included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Beyond so many ranges the sums are only bounded, not told one by one. */
const maxRanges = 4096;

export interface ReachableSums {
  /** In order, without overlaps, and with gaps between them. */
  readonly ranges: readonly Range[];
  /** Whether every number in the ranges can be reached. */
  readonly isExact: boolean;
}

/** Sums of `base` and any of the optional numbers: small ones soon run together into one range. */
export function reachableSums(base: number, optional: readonly number[]): ReachableSums {
  let ranges: readonly Range[] = [{ from: base, to: base }];
  for (const [place, number] of optional.entries()) {
    if (number === 0) continue;
    const moved = ranges.map(({ from, to }) => ({ from: from + number, to: to + number }));
    ranges = merged(ranges, moved);
    if (ranges.length > maxRanges) {
      return { ranges: [boundsOf(ranges, optional.slice(place + 1))], isExact: false };
    }
  }
  return { ranges, isExact: true };
}

export function isReachable({ ranges }: ReachableSums, sum: number): boolean {
  return ranges.some(({ from, to }) => from <= sum && sum <= to);
}

/** All from the least sum to the greatest. */
function boundsOf(ranges: readonly Range[], optional: readonly number[]): Range {
  const least = optional.reduce((sum, number) => sum + Math.min(0, number), 0);
  const greatest = optional.reduce((sum, number) => sum + Math.max(0, number), 0);
  return { from: (ranges[0]?.from ?? 0) + least, to: (ranges.at(-1)?.to ?? 0) + greatest };
}

/** Both are in order. */
function merged(a: readonly Range[], b: readonly Range[]): Range[] {
  const all = [...a, ...b].sort((one, other) => one.from - other.from);
  const ranges: { from: number; to: number }[] = [];
  for (const { from, to } of all) {
    const last = ranges.at(-1);
    if (last === undefined || from > last.to + 1) ranges.push({ from, to });
    else last.to = Math.max(last.to, to);
  }
  return ranges;
}
