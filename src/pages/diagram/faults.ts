/** When which faults were in force. */

import type { FaultTraceEvent } from '../../trace/format.ts';
import type { FaultBand } from './format.ts';

interface OpenBand {
  readonly kind: string;
  readonly fromUs: number;
  toUs: number | null;
  readonly nodes: readonly number[];
  readonly text: string;
}

const maxFaults = 20_000;

export class Faults {
  readonly #bands: OpenBand[] = [];
  readonly #open = new Set<OpenBand>();
  readonly #laneOf: (name: string) => number | null;
  dropped = 0;

  constructor(laneOf: (name: string) => number | null) {
    this.#laneOf = laneOf;
  }

  take(atUs: number, { fault, phase, nodes, text }: FaultTraceEvent): void {
    const lanes = nodes.flatMap((name) => this.#laneOf(name) ?? []);
    if (phase !== 'moment') this.#close(atUs, fault, lanes);
    if (phase === 'end') return;
    if (this.#bands.length >= maxFaults) {
      this.dropped++;
      return;
    }
    const toUs = phase === 'moment' ? atUs : null;
    const band = { kind: fault, fromUs: atUs, toUs, nodes: lanes, text };
    this.#bands.push(band);
    if (toUs === null) this.#open.add(band);
  }

  /** There is one partition at a time; of other kinds one for each node. */
  #close(atUs: number, kind: string, nodes: readonly number[]): void {
    for (const band of this.#open) {
      const isSame =
        kind === 'partition' ||
        nodes.length === 0 ||
        band.nodes.length === 0 ||
        band.nodes.some((node) => nodes.includes(node));
      if (band.kind !== kind || !isSame) continue;
      band.toUs = atUs;
      this.#open.delete(band);
    }
  }

  /** A fault that nobody has ended lasted as long as the run. */
  finish(endUs: number): readonly FaultBand[] {
    return this.#bands.map((band) => ({ ...band, toUs: band.toUs ?? endUs }));
  }
}
