/** Figures as text. */

export function formatMs(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms < 10 ? ms.toFixed(2) : ms.toFixed(0)} ms`;
}

/** When, in seconds since the run began. */
export function formatTime(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}

/** Cut, not rounded: what is not everything does not read as 100 %. */
export function percent(share: number): string {
  // 0.29 × 1000 is a little below 290.
  return `${(Math.floor(1000 * share + 1e-9) / 10).toFixed(1)} %`;
}

export function plural(count: number, thing: string): string {
  return `${grouped(count)} ${thing}${count === 1 ? '' : 's'}`;
}

/** Digits in groups of three, by a narrow space that does not break. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}

const faultWords: { readonly [kind: string]: string } = {
  kill: 'killed',
  pause: 'paused',
  changeMembership: 'membership change',
  transferLeadership: 'leadership transfer',
  rot: 'rotten disk',
};

export function faultWord(kind: string): string {
  return faultWords[kind] ?? kind;
}

/** The class, and the colour, of a kind of faults. */
export function faultClass(kind: string): string {
  return ['partition', 'kill', 'pause'].includes(kind) ? kind : 'other-fault';
}

/** The least of 1, 2, 5, 10, 20, 50, … times a power of ten that is not below a positive value. */
export function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  // A power of ten may come out a little below itself.
  const nice = [1, 2, 5, 10].map((factor) => factor * power);
  return nice.find((it) => it >= value * (1 - 1e-9)) ?? 10 * power;
}
