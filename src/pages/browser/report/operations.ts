/** The operations of a run, as the page's data has them, ready to be drawn and searched. */

import type { ReportData } from '../../report/data.ts';

const typeNames = ['ok', 'fail', 'info'] as const;

export class Operations {
  readonly count: number;
  /** In order. */
  readonly startMs: Float64Array;
  readonly durationMs: Float64Array;
  readonly #data: ReportData;

  constructor(data: ReportData) {
    this.#data = data;
    const { sinceUs, durationUs } = data.operations;
    this.count = sinceUs.length;
    this.durationMs = Float64Array.from(durationUs, (us) => us / 1000);
    let atUs = 0;
    this.startMs = Float64Array.from(sinceUs, (us) => {
      atUs += us;
      return atUs / 1000;
    });
  }

  /** The first that was invoked at a time or later. */
  firstFrom(timeMs: number): number {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.startMs[middle] ?? 0) < timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  typeOf(at: number): (typeof typeNames)[number] {
    return typeNames[this.#data.operations.type[at] ?? 0] ?? 'ok';
  }

  isMissed(at: number): boolean {
    return this.#data.operations.missed[at] === 1;
  }

  /** Where the diagram shows it; null when there is no diagram. */
  placeInDiagram(at: number): string | null {
    const { diagram, operations } = this.#data;
    if (diagram === null) return null;
    return `${diagram}#ms=${(this.startMs[at] ?? 0).toFixed(1)}&operation=${operations.id[at]}`;
  }

  describe(at: number): string {
    const { process, node, f, key, value, error } = this.#data.operations;
    const text = (column: readonly number[]): string => this.#data.texts[column[at] ?? -1] ?? '';
    const type = this.typeOf(at);
    const startMs = this.startMs[at] ?? 0;
    const where = text(node) === '' ? '' : ` asks ${text(node)}`;
    const lines = [
      `${text(f)}${text(key) === '' ? '' : ` key ${text(key)}`}: ${text(value)}`,
      `${type} after ${(this.durationMs[at] ?? 0).toFixed(2)} ms`,
      `process ${text(process)}${where} at ${(startMs / 1000).toFixed(3)} s`,
    ];
    if (text(error) !== '') lines.splice(2, 0, text(error));
    if (this.isMissed(at)) lines.push('missed: could have been answered');
    return lines.join('\n');
  }
}
