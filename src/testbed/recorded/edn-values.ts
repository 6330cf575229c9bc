/** Looks into forms of EDN. */

import { canonicalEdn, type Edn } from '../../checker/edn.ts';
import type { Json } from '../../machine/json.ts';

/** A record prints as a map with the name of its class for a tag. */
export function untagged(form: Edn): Edn {
  return form.kind === 'tagged' ? untagged(form.form) : form;
}

/** What a map has under a path of keywords; undefined when it has nothing there. */
export function at(form: Edn | undefined, ...path: readonly string[]): Edn | undefined {
  let here = form === undefined ? undefined : untagged(form);
  for (const name of path) {
    if (here?.kind !== 'map') return undefined;
    const entry = here.entries.find(([key]) => key.kind === 'keyword' && key.name === name);
    here = entry === undefined ? undefined : untagged(entry[1]);
  }
  return here;
}

export function isKeyword(form: Edn | undefined, name: string): boolean {
  return form?.kind === 'keyword' && form.name === name;
}

/** A number; undefined for anything else. */
export function numberIn(form: Edn | undefined): number | undefined {
  if (form?.kind !== 'integer' && form?.kind !== 'atom') return undefined;
  const value = Number(form.text);
  return Number.isFinite(value) ? value : undefined;
}

/** A string, or the name of a keyword; undefined for anything else. */
export function textIn(form: Edn | undefined): string | undefined {
  if (form?.kind === 'string') return form.value;
  return form?.kind === 'keyword' ? form.name : undefined;
}

/** As JSON, for people; what JSON does not have becomes its text. */
export function jsonOf(form: Edn | undefined): Json {
  if (form === undefined) return null;
  switch (form.kind) {
    case 'nil':
      return null;
    case 'integer': {
      const value = Number(form.text);
      return Number.isSafeInteger(value) ? value : form.text;
    }
    case 'string':
      return form.value;
    case 'sequence':
      return form.items.map(jsonOf);
    case 'tagged':
      return jsonOf(form.form);
    case 'atom':
      if (form.text === 'true' || form.text === 'false') return form.text === 'true';
      return numberIn(form) ?? form.text;
    default:
      return canonicalEdn(form);
  }
}
