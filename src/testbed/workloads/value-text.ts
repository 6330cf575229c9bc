/** Values as checkers compare them: equal values have equal texts. */

import { canonicalJson, ExactNumber, type Json } from '../../machine/json.ts';

/** Whole numbers are written as people write them, 10 and not 1e1, also where a node says 10.0. */
export function textOf(value: Json): string {
  if (Number.isSafeInteger(value)) return String(value);
  const text = canonicalJson(value);
  if (!(value instanceof ExactNumber)) return text;
  const double = Number(text);
  return Number.isSafeInteger(double) && canonicalJson(double) === text ? String(double) : text;
}
