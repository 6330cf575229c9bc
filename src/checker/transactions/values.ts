/** Values in the words of a report. */

/** A list longer than this is shown by its end: that is where it differs from others. */
const shownElements = 8;

/** A longer text is cut. */
const shownCharacters = 40;

export function showText(text: string): string {
  return text.length <= shownCharacters ? text : `${text.slice(0, shownCharacters - 1)}…`;
}

export function showVersion(version: string | null): string {
  return version === null ? 'nothing' : showText(version);
}

/** `[1 2 3]`, or `[… 8 9 10]`. */
export function showList(elements: readonly string[]): string {
  const shown = elements.slice(-shownElements).map(showText);
  return `[${[...(shown.length < elements.length ? ['…'] : []), ...shown].join(' ')}]`;
}
