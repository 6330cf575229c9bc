/** The part of the address after `#`: what is selected, so that it can be sent to somebody. */

export interface Place {
  /** Milliseconds since the run began. */
  readonly ms: number | null;
  readonly operation: number | null;
  readonly message: number | null;
  readonly index: number | null;
  readonly node: string | null;
  /** How much time is seen, in milliseconds. */
  readonly span: number | null;
}

export function readFragment(fragment: string): Place {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  const number = (name: string): number | null => {
    const text = fields.get(name);
    const value = Number(text);
    return text === null || text.trim() === '' || !Number.isFinite(value) ? null : value;
  };
  const count = (name: string): number | null => {
    const value = number(name);
    return value !== null && Number.isInteger(value) && value >= 0 ? value : null;
  };
  const span = number('span');
  return {
    ms: number('ms'),
    operation: count('operation'),
    message: count('message'),
    index: count('index'),
    node: fields.get('node'),
    span: span !== null && span > 0 ? span : null,
  };
}

export function writeFragment(place: Partial<Place>): string {
  const parts: string[] = [];
  const { ms, operation, message, index, node, span } = place;
  if (ms !== null && ms !== undefined) parts.push(`ms=${rounded(ms)}`);
  if (operation !== null && operation !== undefined) parts.push(`operation=${operation}`);
  if (message !== null && message !== undefined) parts.push(`message=${message}`);
  if (index !== null && index !== undefined) parts.push(`index=${index}`);
  if (node !== null && node !== undefined) parts.push(`node=${encodeURIComponent(node)}`);
  if (span !== null && span !== undefined) parts.push(`span=${rounded(span)}`);
  return `#${parts.join('&')}`;
}

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;
