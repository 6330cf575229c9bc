/** A value for people, bounded. */
export function showValue(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 200);
}
