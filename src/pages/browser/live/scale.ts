/** Which part of the logs is worth looking at. */

/**
 * The indices that are shown: the newest, and as many before as it takes to see all marks. The ends
 * are round, so that the picture moves seldom.
 */
export function scaleOf(marks: readonly number[]): { readonly from: number; readonly to: number } {
  const lowest = Math.min(...marks);
  const highest = Math.max(...marks, 1);
  const needed = Math.max(40, 1.25 * (highest - lowest));
  const power = 10 ** Math.floor(Math.log10(needed));
  const span = power * ([1, 2, 5, 10].find((factor) => factor * power >= needed) ?? 10);
  const step = span / 10;
  const to = Math.ceil((highest + 1) / step) * step;
  return { from: Math.max(0, to - span), to: Math.max(to, span) };
}
