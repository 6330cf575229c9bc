/** An exhibit: a defect of some Raft implementation, as a change of one spot of this one. */

export interface Exhibit {
  /** Its place in the list; what was added here begins after the fifty of the list. */
  readonly number: number;
  /** What the code does wrong. */
  readonly title: string;
  /** What comes of it. */
  readonly note: string;
  /** The address of a public report of such a defect in another implementation. */
  readonly seen?: string;
  /** The file below `src`. */
  readonly file: string;
  /** The text to be replaced, as it stands in the file, where it stands once. */
  readonly find: string;
  readonly replace: string;
  /**
   * What is known to catch it at once, by the name of the net: the scenario that shows the rule,
   * the story as "file: name", the seed of a world, within how many seeds a simulation does, or the
   * small world. `make test` tries these.
   */
  readonly caughtBy: { readonly [net: string]: string };
}

/** The change cannot be made, because the code has moved on. */
export class MovedExhibit extends Error {}

/**
 * The file's text with the defect in it.
 *
 * @throws MovedExhibit when the text to be replaced is not there exactly once.
 */
export function mutate(exhibit: Exhibit, text: string): string {
  const { number, title, file, find, replace } = exhibit;
  const count = text.split(find).length - 1;
  if (count !== 1) {
    throw new MovedExhibit(
      `exhibit ${number} (${title}): its text stands ${count} times in src/${file}, not once. ` +
        `Bring the exhibit after the code:\n${find}`,
    );
  }
  return text.replace(find, () => replace);
}
