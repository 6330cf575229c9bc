/** Values as checkers compare them: equal values have equal texts. */

import { canonicalJson, type Json } from '../../machine/json.ts';

/** Whole numbers are written as people write them, 10 and not 1e1. */
export function textOf(value: Json): string {
  return Number.isSafeInteger(value) ? String(value) : canonicalJson(value);
}
