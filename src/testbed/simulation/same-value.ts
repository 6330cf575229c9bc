/** Whether two plain values say the same: numbers, texts, arrays, objects, bytes, maps and sets. */
export function isSameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (isCollection(a) || isCollection(b)) {
    return isCollection(a) && isCollection(b) && isSameValue([...a], [...b]);
  }
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  const [left, right]: [Fields, Fields] = [a as Fields, b as Fields];
  return names.every((name) => Object.hasOwn(b, name) && isSameValue(left[name], right[name]));
}

type Fields = { readonly [name: string]: unknown };

function isCollection(value: object): value is Map<unknown, unknown> | Set<unknown> {
  return value instanceof Map || value instanceof Set;
}
