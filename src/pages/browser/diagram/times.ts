/** Times as text. */

/** `1.234 s`, `12.3 ms`, `250 µs`: three or four digits that matter. */
export function duration(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  if (ms >= 10) return `${ms.toFixed(1)} ms`;
  if (ms >= 1) return `${ms.toFixed(2)} ms`;
  return `${Math.round(ms * 1000)} µs`;
}

/** A moment of the run, to the microsecond: `12.345678 s`; `12.345 s` where nothing is lost. */
export function moment(ms: number): string {
  return signed((ms / 1000).toFixed(6).replace(/000$/, ''));
}

/** What is seen, in as many digits as one could point at: `2.49 s – 2.89 s (400.0 ms)`. */
export function stretch(fromMs: number, toMs: number): string {
  const spanMs = toMs - fromMs;
  const digits = Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(spanMs / 1000))));
  const [from, to] = [fromMs, toMs].map((ms) => signed((ms / 1000).toFixed(digits)));
  return `${from} – ${to} (${duration(spanMs)})`;
}

/** Before the run began there is a sign, not a hyphen; and nothing is less than zero by nothing. */
function signed(seconds: string): string {
  return `${Number(seconds) === 0 ? seconds.replace('-', '') : seconds.replace('-', '−')} s`;
}

/** Moments for an axis, at least so far apart, and how they are written. */
export function ticks(
  fromMs: number,
  toMs: number,
  leastMs: number,
): { readonly stepMs: number; readonly label: (ms: number) => string } {
  const magnitude = 10 ** Math.floor(Math.log10(leastMs));
  const stepMs = [1, 2, 5, 10].map((times) => times * magnitude).find((step) => step >= leastMs);
  const step = stepMs ?? magnitude * 10;
  const isInMs = toMs - fromMs < 200;
  const unit = isInMs ? 1 : 1000;
  const digits = Math.max(0, -Math.floor(Math.log10(step / unit) + 1e-9));
  return {
    stepMs: step,
    label: (ms) => `${(ms / unit).toFixed(digits)} ${isInMs ? 'ms' : 's'}`,
  };
}
