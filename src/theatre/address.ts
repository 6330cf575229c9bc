/** What the fragment of an address says: a scenario or a script, and how far it has been played. */

export type Place =
  | { readonly kind: 'scenario'; readonly path: string; readonly step: number | null }
  | { readonly kind: 'script'; readonly text: string; readonly step: number | null };

/** Null when it says neither. */
export function parseFragment(fragment: string): Place | null {
  const words = new URLSearchParams(fragment.replace(/^#/, ''));
  const number = words.get('step');
  const step = number !== null && /^\d{1,6}$/.test(number) ? Number(number) : null;
  const [path, text] = [words.get('scenario'), words.get('script')];
  if (path !== null) return { kind: 'scenario', path, step };
  if (text !== null) return { kind: 'script', text, step };
  return null;
}

export function formatFragment(place: Place): string {
  const words = new URLSearchParams(
    place.kind === 'scenario' ? { scenario: place.path } : { script: place.text.trimEnd() },
  );
  if (place.step !== null) words.set('step', String(place.step));
  return `#${words}`;
}
