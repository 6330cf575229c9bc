/** What the plots have in common. */

import type { Brush } from './brush.ts';

export interface Plot {
  readonly heightPx: number;
  draw(brush: Brush): void;
  /** What is at a time and a height, in pixels from the plot's top; empty when there is nothing. */
  describe(timeMs: number, y: number): string;
}
