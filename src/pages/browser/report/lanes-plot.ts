/** A lane for each node: its role and term, and when it was down, paused or cut off. */

import type { NodeLane, ReportFault } from '../../report/input.ts';
import { faultWord } from '../../report/words.ts';
import { type Brush, left } from './brush.ts';
import type { Plot } from './plot.ts';

const laneHeight = 24;
const barHeight = 16;
/** Below the lanes is the axis of time. */
const rest = 26;

export class LanesPlot implements Plot {
  readonly heightPx: number;
  readonly #lanes: readonly NodeLane[];
  readonly #faults: readonly ReportFault[];

  constructor(lanes: readonly NodeLane[], faults: readonly ReportFault[]) {
    this.#lanes = lanes;
    this.#faults = faults;
    this.heightPx = lanes.length * laneHeight + rest;
  }

  draw(brush: Brush): void {
    for (const [at, lane] of this.#lanes.entries()) {
      const y = brush.top + at * laneHeight + (laneHeight - barHeight) / 2;
      brush.label(lane.node, y + barHeight / 2);
      brush.inside(() => this.#lane(brush, lane, y));
    }
    brush.time();
  }

  #lane(brush: Brush, { roles, conditions }: NodeLane, y: number): void {
    const { context } = brush;
    context.fillStyle = brush.colour('panel');
    context.fillRect(left, y, brush.plotWidth, barHeight);
    context.font = '11px system-ui, sans-serif';
    context.textAlign = 'left';
    for (const { fromMs, toMs, role, term } of roles) {
      const x = Math.max(left, brush.x(fromMs));
      const end = Math.min(brush.width, brush.x(toMs));
      const width = Math.max(1, end - x);
      if (end < left || x > brush.width) continue;
      context.fillStyle = brush.colour(role);
      context.globalAlpha = role === 'follower' ? 0.45 : 1;
      context.fillRect(x, y, width, barHeight);
      context.globalAlpha = 1;
      const text = String(term);
      if (width < context.measureText(text).width + 6) continue;
      context.fillStyle = brush.colour(role === 'follower' ? 'ink' : 'paper');
      context.fillText(text, x + 4, y + barHeight / 2 + 0.5);
    }
    for (const { fromMs, toMs, condition } of conditions) {
      const x = brush.x(fromMs);
      const width = Math.max(1, brush.x(toMs) - x);
      if (condition === 'cut-off') {
        context.fillStyle = brush.colour('partition');
        context.fillRect(x, y + barHeight, width, 4);
      } else if (condition === 'paused') {
        brush.hatch('pause', x, y, width, barHeight, 4);
      } else {
        brush.hatch('down', x, y, width, barHeight, condition === 'down' ? 4 : 8);
      }
    }
  }

  describe(timeMs: number, y: number): string {
    const lane = this.#lanes[Math.floor((y - 6) / laneHeight)];
    if (lane === undefined) return '';
    const isNow = ({ fromMs, toMs }: { fromMs: number; toMs: number }): boolean =>
      fromMs <= timeMs && timeMs < toMs;
    const role = lane.roles.find(isNow);
    const lines = [lane.node];
    if (role !== undefined) {
      const { fromMs, toMs, leader, reason } = role;
      lines[0] += `: ${role.role} in term ${role.term}`;
      if (role.role !== 'leader') lines.push(`leader: ${leader ?? 'none known'}`);
      const why = reason === '' ? '' : ` (${reason})`;
      lines.push(`from ${(fromMs / 1000).toFixed(3)} to ${(toMs / 1000).toFixed(3)} s${why}`);
    }
    for (const { text, condition } of lane.conditions.filter(isNow)) {
      lines.push(text === '' ? condition : text);
    }
    const others = this.#faults
      .filter(isNow)
      .map(({ kind, text }) => `${faultWord(kind)}: ${text}`);
    return [...lines, ...others.slice(0, 4)].join('\n');
  }
}
